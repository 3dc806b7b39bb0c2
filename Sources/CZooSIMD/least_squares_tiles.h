// Normal equations of one instruction set; included once for each by least_squares.c, which defines
//   NAME(x)   the name of a function of this set
//   LANES     floats in one register
//   ROWS      rows of a tile

#include "gemm_tile.h"

#define TILE_CASE(R)                                                                          \
    case R:                                                                                   \
        if (vectors == 2) NAME(tile)(R, 2, a, 1, stride, b, stride, depth, out);              \
        else NAME(tile)(R, 1, a, 1, stride, b, stride, depth, out);                           \
        break;

// matrix += sign * a'b over `depth` rows of a and b, on and above the diagonal, for rows i ..< i + rows and columns up to `stride`.
static void NAME(add_products)(float *matrix, const float *left, const float *right, size_t i, size_t rows, size_t stride,
                               size_t depth, float sign) {
    NAME(vec) out[ROWS][2];
    const float *a = left + i;
    for (size_t j = i / LANES * LANES; j < stride;) {
        const size_t vectors = stride - j > LANES ? 2 : 1;
        const float *b = right + j;
        switch (rows) {
            TILE_CASE(1) TILE_CASE(2) TILE_CASE(3) TILE_CASE(4) TILE_CASE(5) TILE_CASE(6)
#if ROWS > 6
            TILE_CASE(7) TILE_CASE(8) TILE_CASE(9) TILE_CASE(10) TILE_CASE(11) TILE_CASE(12)
#endif
        }
        for (size_t r = 0; r < rows; r++)
            for (size_t v = 0; v < vectors; v++) *(NAME(vec) *)(matrix + (i + r) * stride + j + v * LANES) += sign * out[r][v];
        j += vectors * LANES;
    }
}

// Copies the rows of some entries side by side; with confidences also c times each into `left`.
static void NAME(gather)(const zoo_least_squares *p, int64_t from, size_t count, float *right, float *left) {
    const size_t stride = p->stride;
    for (size_t n = 0; n < count; n++) {
        const NAME(vec) *row = (const NAME(vec) *)(p->other + (size_t)p->columns[from + (int64_t)n] * stride);
        NAME(vec) *to = (NAME(vec) *)(right + n * stride);
        if (n + AHEAD < count) prefetch_row(p, from + (int64_t)(n + AHEAD));
        for (size_t v = 0; v < stride / LANES; v++) to[v] = row[v];
        if (left != right) {
            NAME(vec) *scaled = (NAME(vec) *)(left + n * stride);
            const float c = confidence(p, from + (int64_t)n);
            for (size_t v = 0; v < stride / LANES; v++) scaled[v] = c * to[v];
        }
    }
}

// Turns rows i ..< i + pivots into those of the Cholesky factor U (A = U'U), whose earlier rows are done, and takes their part
// away from the following rows up to i + rows.
static void NAME(factor_rows)(float *a, size_t i, size_t pivots, size_t rows, size_t stride, float *inverses) {
    for (size_t r = i; r < i + pivots; r++) {
        float *row = a + r * stride;
        const float inverse = 1 / __builtin_sqrtf(row[r]);
        inverses[r] = inverse;
        for (size_t j = r / LANES * LANES; j < stride; j += LANES) *(NAME(vec) *)(row + j) *= inverse;
        for (size_t s = r + 1; s < i + rows; s++) {
            const float factor = row[s];
            for (size_t j = s / LANES * LANES; j < stride; j += LANES)
                *(NAME(vec) *)(a + s * stride + j) -= factor * *(const NAME(vec) *)(row + j);
        }
    }
}

// Solves U x = (last column of U) into the factors of a row.
static void NAME(substitute)(const float *a, size_t first, size_t stride, const float *inverses, float *x) {
    const size_t last = stride - 1;
    for (size_t j = 0; j < stride; j++) x[j] = 0;
    for (size_t i = last; i-- > first;) {
        const float *row = a + i * stride;
        NAME(vec) sum = {0};
        // x is zero up to i, and in its last place.
        for (size_t j = i / LANES * LANES; j < stride; j += LANES)
            sum += *(const NAME(vec) *)(row + j) * *(const NAME(vec) *)(x + j);
        float total = 0;
        for (size_t lane = 0; lane < LANES; lane++) total += sum[lane];
        x[i] = (row[last] - total) * inverses[i];
    }
    x[last] = 1;
}

static double NAME(solve)(const zoo_least_squares *p, size_t first_row, size_t last_row, float *scratch) {
    const size_t stride = p->stride, size = p->factors + 1, first = stride - size, last = stride - 1;
    const size_t panel = panel_rows(stride), blocks = (size + ROWS - 1) / ROWS;
    float *matrix = scratch, *inverses = matrix + stride * stride, *right = inverses + stride;
    float *left = p->confidences != NULL ? right + panel * stride : right;
    double total = 0;
    for (size_t u = first_row; u < last_row; u++) {
        float *x = p->rows + u * stride;
        const int64_t from = p->bounds[u], to = p->bounds[u + 1];
        if (from == to) {
            for (size_t j = 0; j < last; j++) x[j] = 0;
            continue;
        }
        __builtin_memcpy(matrix + first * stride, p->gram + first * stride, size * stride * sizeof(float));
        for (int64_t entry = from; entry < to; entry += (int64_t)panel) {
            const size_t count = (size_t)(to - entry) < panel ? (size_t)(to - entry) : panel;
            NAME(gather)(p, entry, count, right, left);
            for (size_t block = 0; block < blocks; block++) {
                const size_t i = first + block * size / blocks, end = first + (block + 1) * size / blocks;
                NAME(add_products)(matrix, left, right, i, end - i, stride, count, 1);
            }
        }
        for (size_t j = first; j < last; j++) matrix[j * stride + j] += p->penalties[u];
        for (size_t block = 0; block < blocks; block++) {
            const size_t i = first + block * size / blocks, rows = first + (block + 1) * size / blocks - i;
            float *done = matrix + first * stride;
            if (block > 0) NAME(add_products)(matrix, done, done, i, rows, stride, i - first, -1);
            NAME(factor_rows)(matrix, i, block + 1 < blocks ? rows : rows - 1, rows, stride, inverses);
        }
        // The last row is no equation: what is left of it is the minimum.
        total += (double)matrix[last * stride + last];
        NAME(substitute)(matrix, first, stride, inverses, x);
    }
    return total;
}

#undef TILE_CASE
#include "least_squares_steps.h"
