// Included once per element type; the includer defines T and NAME.
// A row runs over LANES partial results: the order of the additions is the same for every instruction set. Every BLOCK
// additions the partial results go to doubles, so that long Float32 sums keep their digits.
#define LANES 32
#define BLOCK 64

#define FOLD(type, lane, combine)                                                \
    for (int width = LANES / 2; width > 0; width /= 2)                           \
        for (int l = 0; l < width; l++) {                                        \
            const type a = lane[l], b = lane[l + width];                         \
            lane[l] = combine;                                                   \
        }

#define ROW(initial, combine, flush)                                             \
    T lane[LANES];                                                               \
    double total[LANES];                                                         \
    for (int l = 0; l < LANES; l++) lane[l] = initial;                           \
    for (int l = 0; l < LANES; l++) total[l] = initial;                          \
    ptrdiff_t r = 0;                                                             \
    while (r + LANES <= n) {                                                     \
        const ptrdiff_t whole = (n - r) / LANES;                                 \
        const ptrdiff_t times = flush && whole > BLOCK ? BLOCK : whole;          \
        for (ptrdiff_t t = 0; t < times; t++, r += LANES)                        \
            for (int l = 0; l < LANES; l++) {                                    \
                const T a = lane[l], b = p[r + l];                               \
                lane[l] = combine;                                               \
            }                                                                    \
        if (flush && times < whole)                                              \
            for (int l = 0; l < LANES; l++) {                                    \
                total[l] += lane[l];                                             \
                lane[l] = 0;                                                     \
            }                                                                    \
    }                                                                            \
    for (int l = 0; r < n; l++, r++) {                                           \
        const T a = lane[l], b = p[r];                                           \
        lane[l] = combine;                                                       \
    }                                                                            \
    if (flush && n > LANES * BLOCK) {                                            \
        for (int l = 0; l < LANES; l++) total[l] += lane[l];                     \
        FOLD(double, total, a + b)                                               \
        y[o] = (T)total[0];                                                      \
    } else {                                                                     \
        FOLD(T, lane, combine)                                                   \
        y[o] = lane[0];                                                          \
    }

#define RUN(initial, combine, flush)                                             \
    for (ptrdiff_t o = 0; o < outer; o++) {                                      \
        const T *restrict p = x + o * n * inner;                                 \
        if (inner == 1 && n < LANES) {                                           \
            T a = initial;                                                       \
            for (ptrdiff_t r = 0; r < n; r++) {                                  \
                const T b = p[r];                                                \
                a = combine;                                                     \
            }                                                                    \
            y[o] = a;                                                            \
        } else if (inner == 1) {                                                 \
            ROW(initial, combine, flush)                                         \
        } else {                                                                 \
            T *restrict q = y + o * inner;                                       \
            for (ptrdiff_t i = 0; i < inner; i++) q[i] = initial;                \
            for (ptrdiff_t r = 0; r < n; r++)                                    \
                for (ptrdiff_t i = 0; i < inner; i++) {                          \
                    const T a = q[i], b = p[r * inner + i];                      \
                    q[i] = combine;                                              \
                }                                                                \
        }                                                                        \
    }                                                                            \
    break;

ZOO_CLONED(void, NAME,
           (int op, const T *x, T *y, ptrdiff_t outer, ptrdiff_t n, ptrdiff_t inner),
           (op, x, y, outer, n, inner)) {
    switch (op) {
    case ZOO_SUM: RUN(0, a + b, 1)
    case ZOO_MAX: RUN(-(T)INFINITY, (b > a || b != b) ? b : a, 0)
    case ZOO_MIN: RUN((T)INFINITY, (b < a || b != b) ? b : a, 0)
    }
}
#undef RUN
#undef ROW
#undef FOLD
#undef BLOCK
#undef LANES
