// Steps of conjugate gradients of one instruction set; included once for each by least_squares.c, which defines
//   NAME(x)   the name of a function of this set
//   LANES     floats in one register

// Entries that share their horizontal sums.
#define SHARED 4

#if LANES == 16
#define EVEN 0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12, 14, 28, 30
#define ODD 1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15, 29, 31
#elif LANES == 8
#define EVEN 0, 2, 8, 10, 4, 6, 12, 14
#define ODD 1, 3, 9, 11, 5, 7, 13, 15
#else
#define EVEN 0, 2, 4, 6
#define ODD 1, 3, 5, 7
#endif

#define IN(p, j) (*(const NAME(vec) *)((p) + (j)))
#define INOUT(p, j) (*(NAME(vec) *)((p) + (j)))

typedef float NAME(four) __attribute__((vector_size(16), aligned(4)));

// The sums of the lanes of four vectors.
ZOO_INLINE NAME(four) NAME(sums)(NAME(vec) a, NAME(vec) b, NAME(vec) c, NAME(vec) d) {
    const NAME(vec) ab = __builtin_shufflevector(a, b, EVEN) + __builtin_shufflevector(a, b, ODD);
    const NAME(vec) cd = __builtin_shufflevector(c, d, EVEN) + __builtin_shufflevector(c, d, ODD);
    const NAME(vec) abcd = __builtin_shufflevector(ab, cd, EVEN) + __builtin_shufflevector(ab, cd, ODD);
#if LANES == 16
    typedef float half __attribute__((vector_size(32), aligned(4)));
    const half eight = __builtin_shufflevector(abcd, abcd, 0, 1, 2, 3, 4, 5, 6, 7) +
                       __builtin_shufflevector(abcd, abcd, 8, 9, 10, 11, 12, 13, 14, 15);
    return __builtin_shufflevector(eight, eight, 0, 1, 2, 3) + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
#elif LANES == 8
    return __builtin_shufflevector(abcd, abcd, 0, 1, 2, 3) + __builtin_shufflevector(abcd, abcd, 4, 5, 6, 7);
#else
    return abcd;
#endif
}

ZOO_INLINE float NAME(dot)(const float *a, const float *b, size_t stride) {
    NAME(vec) sum = {0};
    for (size_t j = 0; j < stride; j += LANES) sum += IN(a, j) * IN(b, j);
    float total = 0;
    for (size_t lane = 0; lane < LANES; lane++) total += sum[lane];
    return total;
}

// y += alpha x
ZOO_INLINE void NAME(add)(float alpha, const float *x, float *y, size_t stride) {
    for (size_t j = 0; j < stride; j += LANES) INOUT(y, j) += alpha * IN(x, j);
}

// out += sum c (b . x) b over `SHARED` rows b, and returns sum c (b . x)^2. `vectors`, where it is a constant above 0, is how many
// registers a row has: they are then read once. With `squares` the squares of b are added to them; with `copy` the rows are copied.
ZOO_INLINE float NAME(apply_four)(const size_t vectors, const float *const rows[SHARED], const float *c, const float *x,
                                  float *out, size_t stride, float *copy, float *squares) {
    NAME(vec) sum[SHARED] = {{0}};
    NAME(vec) kept[SHARED][vectors > 0 ? vectors : 1];
    for (size_t k = 0; k < (vectors > 0 ? vectors : stride / LANES); k++) {
        const size_t j = k * LANES;
        NAME(vec) square = {0};
#pragma clang loop unroll(full)
        for (size_t r = 0; r < SHARED; r++) {
            const NAME(vec) b = IN(rows[r], j);
            sum[r] += b * IN(x, j);
            if (vectors > 0) kept[r][k] = b;
            if (copy != NULL) INOUT(copy + r * stride, j) = b;
            if (squares != NULL) square += b * b;
        }
        if (squares != NULL) INOUT(squares, j) += square;
    }
    const NAME(four) products = NAME(sums)(sum[0], sum[1], sum[2], sum[3]);
    const NAME(four) scaled = products * *(const NAME(four) *)c, losses = scaled * products;
    for (size_t k = 0; k < (vectors > 0 ? vectors : stride / LANES); k++) {
        const size_t j = k * LANES;
        NAME(vec) b[SHARED];
        for (size_t r = 0; r < SHARED; r++) b[r] = vectors > 0 ? kept[r][k] : IN(rows[r], j);
        INOUT(out, j) += (scaled[0] * b[0] + scaled[1] * b[1]) + (scaled[2] * b[2] + scaled[3] * b[3]);
    }
    return (losses[0] + losses[1]) + (losses[2] + losses[3]);
}

// The same over the entries `first` ..< `count` of a row, where they are. With `copy` they are gathered.
ZOO_INLINE double NAME(apply_scattered)(const size_t vectors, const zoo_least_squares *p, int64_t from, size_t first, size_t count,
                                        const float *x, float *out, float *copy, float *confidences, float *squares) {
    const size_t stride = p->stride;
    double total = 0;
    for (size_t n = first; n < count; n += SHARED) {
        const float *rows[SHARED];
        float own[SHARED], *c = copy != NULL ? confidences + n : own;
        for (size_t r = 0; r < SHARED; r++) {
            // Four at a time: what is missing has no weight.
            const int64_t entry = from + (int64_t)(n + r < count ? n + r : n);
            rows[r] = p->other + (size_t)p->columns[entry] * stride;
            c[r] = n + r < count ? confidence(p, entry) : 0;
            if (n + r + AHEAD < count) prefetch_row(p, from + (int64_t)(n + r + AHEAD));
        }
        total += (double)NAME(apply_four)(vectors, rows, c, x, out, stride, copy != NULL ? copy + n * stride : NULL, squares);
    }
    return total;
}

// The same over entries that were gathered.
ZOO_INLINE double NAME(apply_gathered)(const size_t vectors, size_t count, const float *side, const float *confidences,
                                       const float *x, float *out, size_t stride) {
    double total = 0;
    for (size_t n = 0; n < count; n += SHARED) {
        const float *b = side + n * stride;
        const float *const rows[SHARED] = {b, b + stride, b + 2 * stride, b + 3 * stride};
        total += (double)NAME(apply_four)(vectors, rows, confidences + n, x, out, stride, NULL, NULL);
    }
    return total;
}

ZOO_INLINE double NAME(improve_row)(const size_t vectors, const zoo_least_squares *p, size_t u, size_t steps, float *scratch) {
    const size_t stride = p->stride, last = stride - 1, most = gathered_rows(stride);
    const int64_t from = p->bounds[u];
    const size_t count = (size_t)(p->bounds[u + 1] - from), gathered = count < most ? count : most;
    float *residual = scratch, *direction = residual + stride, *image = direction + stride, *diagonal = image + stride,
          *inverse = diagonal + stride, *side = inverse + stride, *confidences = side + most * stride, *x = p->rows + u * stride;
    x[last] = 0;
    for (size_t j = 0; j < stride; j += LANES) {
        INOUT(diagonal, j) = IN(p->gram, j) + p->penalties[u];
        INOUT(residual, j) = IN(diagonal, j) * IN(x, j);
        INOUT(inverse, j) = (NAME(vec)){0};
    }
    double total = (double)NAME(dot)(x, residual, stride);
    // In the last place of b . x has to come what it is fitted to: the sum is that of the products of the gradient.
    x[last] = -1;
    total += NAME(apply_scattered)(vectors, p, from, 0, gathered, x, residual, side, confidences, inverse);
    total += NAME(apply_scattered)(vectors, p, from, gathered, count, x, residual, NULL, NULL, NULL);
    residual[last] = 0;
    // The squares were summed over the gathered entries only, in fours.
    float weight = 0;
    for (size_t n = 0; n < gathered; n++) weight += confidences[n];
    weight *= (float)count / (float)gathered / (float)((gathered + SHARED - 1) / SHARED * SHARED);
    for (size_t j = 0; j < stride; j += LANES) {
        INOUT(inverse, j) = 1 / (IN(diagonal, j) + weight * IN(inverse, j));
        INOUT(residual, j) *= -1;
        INOUT(direction, j) = IN(inverse, j) * IN(residual, j);
    }
    float square = NAME(dot)(residual, direction, stride);
    for (size_t step = 0; step < steps && square > 1e-20f; step++) {
        for (size_t j = 0; j < stride; j += LANES) INOUT(image, j) = IN(diagonal, j) * IN(direction, j);
        NAME(apply_gathered)(vectors, gathered, side, confidences, direction, image, stride);
        NAME(apply_scattered)(vectors, p, from, gathered, count, direction, image, NULL, NULL, NULL);
        image[last] = 0;
        const float length = square / NAME(dot)(direction, image, stride);
        NAME(add)(length, direction, x, stride);
        NAME(add)(-length, image, residual, stride);
        for (size_t j = 0; j < stride; j += LANES) INOUT(image, j) = IN(inverse, j) * IN(residual, j);
        const float next = NAME(dot)(residual, image, stride), ratio = next / square;
        for (size_t j = 0; j < stride; j += LANES) INOUT(direction, j) = IN(image, j) + ratio * IN(direction, j);
        square = next;
    }
    x[last] = 1;
    return total;
}

static double NAME(improve)(const zoo_least_squares *p, size_t first, size_t last, size_t steps, float *scratch) {
    double total = 0;
    for (size_t u = first; u < last; u++) {
        if (p->bounds[u] == p->bounds[u + 1]) {
            __builtin_memset(p->rows + u * p->stride, 0, (p->stride - 1) * sizeof(float));
            continue;
        }
#if LANES == 16
        switch (p->stride / LANES) {
            case 1: total += NAME(improve_row)(1, p, u, steps, scratch); continue;
            case 2: total += NAME(improve_row)(2, p, u, steps, scratch); continue;
            case 3: total += NAME(improve_row)(3, p, u, steps, scratch); continue;
            case 4: total += NAME(improve_row)(4, p, u, steps, scratch); continue;
        }
#endif
        total += NAME(improve_row)(0, p, u, steps, scratch);
    }
    return total;
}

#undef SHARED
#undef EVEN
#undef ODD
#undef IN
#undef INOUT
