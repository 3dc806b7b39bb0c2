#include "zoo_least_squares.h"
#include "zoo_clones.h"

// Vectors never cross a call: everything below is inlined into a function that has the instructions.
#pragma clang diagnostic ignored "-Wpsabi"

// How many entries before its use a row is fetched from memory.
enum { AHEAD = 24 };

// Entries that are gathered at a time: about 24 KB of rows, so that they stay in the first-level cache.
ZOO_INLINE size_t panel_rows(size_t stride) {
    const size_t rows = 6144 / stride;
    return rows < 16 ? 16 : rows > 96 ? 96 : rows;
}

// Entries of a row that are gathered for all steps: about 256 KB, which stay in the second-level cache.
ZOO_INLINE size_t gathered_rows(size_t stride) { return (65536 / stride + 3) / 4 * 4; }

ZOO_INLINE float confidence(const zoo_least_squares *p, int64_t entry) {
    if (p->confidences == NULL) return 1;
    return p->confidences[p->codes != NULL ? p->codes[entry] : entry];
}

ZOO_INLINE void prefetch_row(const zoo_least_squares *p, int64_t entry) {
    const char *row = (const char *)(p->other + (size_t)p->columns[entry] * p->stride);
    for (size_t byte = 0; byte < p->stride * sizeof(float); byte += 64) __builtin_prefetch(row + byte);
    __builtin_prefetch(row + p->stride * sizeof(float) - 1);
}

#define TILES "least_squares_tiles.h"
#define AVX512_ROWS 12
#include "zoo_sets.h"

size_t zoo_least_squares_scratch(const zoo_least_squares *problem) {
    const size_t stride = problem->stride, exact = (stride + 1 + 2 * panel_rows(stride)) * stride,
                 steps = 5 * stride + gathered_rows(stride) * (stride + 1);
    return exact > steps ? exact : steps;
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

double zoo_improve_least_squares(const zoo_least_squares *problem, size_t first, size_t last, size_t steps, float *scratch) {
    switch (zoo_instructions()) {
#if defined(__x86_64__)
        case ZOO_AVX512: return avx512_improve(problem, first, last, steps, scratch);
        case ZOO_AVX2: return avx2_improve(problem, first, last, steps, scratch);
#endif
        default: return generic_improve(problem, first, last, steps, scratch);
    }
}
