// The innermost product of one instruction set; included once for each, where NAME(x), LANES and ROWS are defined:
// ROWS x 2 accumulators + 2 columns of B + 1 element of A fill the register file.

typedef float NAME(vec) __attribute__((vector_size(LANES * 4), aligned(4)));

// C[rows, vectors * LANES] from `rows` rows of A and a panel of B. `vectors` and `rows` are constants at every call,
// so the accumulators live in registers.
static inline __attribute__((always_inline)) void NAME(tile)(
    const size_t rows, const size_t vectors, const float *a, size_t row_step, size_t depth_step, const float *b,
    size_t ldb, size_t k, NAME(vec) out[ROWS][2]) {
    NAME(vec) sum[ROWS][2];
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++)
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) sum[r][v] = (NAME(vec)){0};
    for (size_t p = 0; p < k; p++, a += depth_step, b += ldb) {
        NAME(vec) column[2];
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) column[v] = *(const NAME(vec) *)(b + v * LANES);
#pragma clang loop unroll(full)
        for (size_t r = 0; r < rows; r++) {
            const NAME(vec) element = a[r * row_step] - (NAME(vec)){0};
#pragma clang loop unroll(full)
            for (size_t v = 0; v < vectors; v++) sum[r][v] += element * column[v];
        }
    }
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++)
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) out[r][v] = sum[r][v];
}
