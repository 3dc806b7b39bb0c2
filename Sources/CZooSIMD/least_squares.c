#include "zoo_least_squares.h"
#include "zoo_clones.h"

#include <string.h>

// Vectors never cross a call: everything below is inlined into a function that has the instructions.
#pragma clang diagnostic ignored "-Wpsabi"

// How many entries before its use a row is fetched from memory.
enum { AHEAD = 12 };

// Entries that are gathered at a time: about 24 KB of rows, so that they stay in the first-level cache.
ZOO_INLINE size_t panel_rows(size_t stride) {
    const size_t rows = 6144 / stride;
    return rows < 16 ? 16 : rows > 96 ? 96 : rows;
}

ZOO_INLINE float confidence(const zoo_least_squares *p, int64_t entry) {
    if (p->confidences == NULL) return 1;
    return p->confidences[p->codes != NULL ? p->codes[entry] : entry];
}

#define TILES "least_squares_tiles.h"
#define AVX512_ROWS 12
#include "zoo_sets.h"

size_t zoo_least_squares_scratch(const zoo_least_squares *problem) {
    return (problem->stride + 1 + 2 * panel_rows(problem->stride)) * problem->stride;
}

double zoo_solve_least_squares(const zoo_least_squares *problem, size_t first, size_t last, float *scratch) {
    switch (zoo_instructions()) {
#if defined(__x86_64__)
        case ZOO_AVX512: return avx512_solve(problem, first, last, scratch);
        case ZOO_AVX2: return avx2_solve(problem, first, last, scratch);
#endif
        default: return generic_solve(problem, first, last, scratch);
    }
}

typedef float v16 __attribute__((vector_size(64), aligned(4), may_alias));
#define V(p, j) (((v16 *)(p))[j])
#define CV(p, j) (((const v16 *)(p))[j])

ZOO_INLINE float sum(v16 x) {
    float total = 0;
    for (int lane = 0; lane < 16; lane++) total += x[lane];
    return total;
}

ZOO_INLINE float dot(const float *a, const float *b, size_t vectors) {
    v16 even = {0}, odd = {0};
    size_t j = 0;
    for (; j + 2 <= vectors; j += 2) {
        even += CV(a, j) * CV(b, j);
        odd += CV(a, j + 1) * CV(b, j + 1);
    }
    if (j < vectors) even += CV(a, j) * CV(b, j);
    return sum(even + odd);
}

// y += alpha x
ZOO_INLINE void add(float alpha, const float *x, float *y, size_t vectors) {
    for (size_t j = 0; j < vectors; j++) V(y, j) += alpha * CV(x, j);
}

// out = (gram + penalty) x + sum c (b . x) b; x is zero in its last place.
ZOO_INLINE void apply(const zoo_least_squares *p, size_t u, const float *x, float *out) {
    const size_t stride = p->stride, vectors = stride / 16;
    const float penalty = p->penalties[u];
    for (size_t j = 0; j < vectors; j++) V(out, j) = penalty * CV(x, j);
    // Four rows of the symmetric matrix at a time, so that `out` is read and written less often.
    for (size_t i = 0; i < stride; i += 4) {
        const float *gram = p->gram + i * stride;
        for (size_t j = 0; j < vectors; j++)
            V(out, j) += (x[i] * CV(gram, j) + x[i + 1] * CV(gram + stride, j)) +
                         (x[i + 2] * CV(gram + 2 * stride, j) + x[i + 3] * CV(gram + 3 * stride, j));
    }
    for (int64_t entry = p->bounds[u]; entry < p->bounds[u + 1]; entry++) {
        const float *b = p->other + (size_t)p->columns[entry] * stride;
        const float c = confidence(p, entry);
        add(c * dot(b, x, vectors), b, out, vectors);
    }
    out[stride - 1] = 0;
}

ZOO_CLONED(double, zoo_improve_least_squares,
           (const zoo_least_squares *p, size_t first, size_t last, size_t steps, float *scratch),
           (p, first, last, steps, scratch)) {
    const size_t stride = p->stride, vectors = stride / 16;
    float *residual = scratch, *direction = residual + stride, *image = direction + stride;
    double total = 0;
    for (size_t u = first; u < last; u++) {
        float *x = p->rows + u * stride;
        if (p->bounds[u] == p->bounds[u + 1]) {
            memset(x, 0, (stride - 1) * sizeof(float));
            continue;
        }
        x[stride - 1] = 0;
        apply(p, u, x, image);
        memset(residual, 0, stride * sizeof(float));
        float confidences = 0;
        for (int64_t entry = p->bounds[u]; entry < p->bounds[u + 1]; entry++) {
            const float c = confidence(p, entry);
            confidences += c;
            add(c, p->other + (size_t)p->columns[entry] * stride, residual, vectors);
        }
        residual[stride - 1] = 0;
        // sum c - 2 x . right side + x . A x
        total += (double)confidences - 2 * (double)dot(x, residual, vectors) + (double)dot(x, image, vectors);
        add(-1, image, residual, vectors);
        memcpy(direction, residual, stride * sizeof(float));
        float square = dot(residual, residual, vectors);
        for (size_t step = 0; step < steps && square > 1e-20f; step++) {
            apply(p, u, direction, image);
            const float length = square / dot(direction, image, vectors);
            add(length, direction, x, vectors);
            add(-length, image, residual, vectors);
            const float next = dot(residual, residual, vectors), ratio = next / square;
            for (size_t j = 0; j < vectors; j++) V(direction, j) = CV(residual, j) + ratio * CV(direction, j);
            square = next;
        }
        x[stride - 1] = 1;
    }
    return total;
}
