// Tiles of one instruction set; included once for each by gemm.c, which defines
//   NAME(x)   the name of a function of this set
//   LANES     floats in one register
//   ROWS      rows of a tile
// No packing of A: a tile reads ROWS streams of it, which stay in the first-level cache for the products meant here.

#include "gemm_tile.h"

#define TILE_CASE(R)                                                                   \
    case R:                                                                            \
        if (vectors == 2) NAME(tile)(R, 2, a, row_step, depth_step, b, ldb, k, out);   \
        else NAME(tile)(R, 1, a, row_step, depth_step, b, ldb, k, out);                \
        break;

// Rows i ..< i + rows of one panel of `columns` columns (at most 2 * LANES), written to C.
static void NAME(rows)(const zoo_sgemm_product *p, size_t i, size_t rows, size_t j, size_t columns, const float *b,
                       size_t ldb) {
    const size_t row_step = p->transpose_a ? 1 : p->lda, depth_step = p->transpose_a ? p->lda : 1, k = p->k;
    const float *a = p->a + i * row_step;
    const size_t vectors = columns > LANES ? 2 : 1;
    NAME(vec) out[ROWS][2];
    switch (rows) {
        TILE_CASE(1) TILE_CASE(2) TILE_CASE(3) TILE_CASE(4) TILE_CASE(5) TILE_CASE(6)
#if ROWS > 6
        TILE_CASE(7) TILE_CASE(8) TILE_CASE(9) TILE_CASE(10) TILE_CASE(11) TILE_CASE(12)
#endif
    }
    const float alpha = p->alpha, beta = p->beta;
    for (size_t r = 0; r < rows; r++) {
        float *c = p->c + (i + r) * p->ldc + j;
        if (columns == vectors * LANES) {
            for (size_t v = 0; v < vectors; v++) {
                NAME(vec) *to = (NAME(vec) *)(c + v * LANES);
                *to = beta == 0 ? alpha * out[r][v] : alpha * out[r][v] + beta * *to;
            }
        } else {
            const float *from = (const float *)out[r];
            for (size_t x = 0; x < columns; x++) c[x] = beta == 0 ? alpha * from[x] : alpha * from[x] + beta * c[x];
        }
    }
}

// Copies columns j ..< j + columns of op(B) to panel[k][2 * LANES], filled up with zeros.
static void NAME(pack)(const zoo_sgemm_product *p, size_t j, size_t columns, float *panel) {
    const size_t width = 2 * LANES;
    if (!p->transpose_b) {
        for (size_t q = 0; q < p->k; q++) {
            const float *from = p->b + q * p->ldb + j;
            float *to = panel + q * width;
            if (columns == width) {
                ((NAME(vec) *)to)[0] = ((const NAME(vec) *)from)[0];
                ((NAME(vec) *)to)[1] = ((const NAME(vec) *)from)[1];
            } else {
                // Whole registers of zeros first: the last panel may hold but a column or two.
                ((NAME(vec) *)to)[0] = (NAME(vec)){0};
                ((NAME(vec) *)to)[1] = (NAME(vec)){0};
                for (size_t x = 0; x < columns; x++) to[x] = from[x];
            }
        }
        return;
    }
    if (columns < width) __builtin_memset(panel, 0, p->k * width * sizeof(float));
    // Short runs of depth, so that what is written column by column stays in the first-level cache.
    for (size_t start = 0; start < p->k; start += 64) {
        const size_t end = start + 64 < p->k ? start + 64 : p->k, whole = start + (end - start) / 4 * 4;
        size_t x = 0;
        for (; x + 4 <= columns; x += 4) {
            const float *from = p->b + (j + x) * p->ldb;
            for (size_t q = start; q < whole; q += 4) transpose_4x4(from + q, p->ldb, panel + q * width + x, width);
            for (size_t q = whole; q < end; q++)
                for (size_t y = 0; y < 4; y++) panel[q * width + x + y] = from[y * p->ldb + q];
        }
        for (; x < columns; x++)
            for (size_t q = start; q < end; q++) panel[q * width + x] = p->b[(j + x) * p->ldb + q];
    }
}

// All columns of rows first ..< last, from panels that were packed before.
static void NAME(packed_rows)(const zoo_sgemm_product *p, const float *packed, size_t first, size_t last) {
    const size_t width = 2 * LANES, count = last - first, blocks = (count + ROWS - 1) / ROWS;
    for (size_t j = 0; j < p->n; j += width, packed += p->k * width) {
        const size_t columns = p->n - j < width ? p->n - j : width;
        for (size_t block = 0; block < blocks; block++) {
            const size_t start = first + block * count / blocks, end = first + (block + 1) * count / blocks;
            NAME(rows)(p, start, end - start, j, columns, packed, width);
        }
    }
}

static void NAME(panels)(const zoo_sgemm_product *p, size_t first, size_t last, float *scratch) {
    const size_t width = 2 * LANES;
    // Rows in equal shares, so that no tile is left with one or two rows and an idle multiplier.
    const size_t blocks = (p->m + ROWS - 1) / ROWS;
    for (size_t panel = first; panel < last; panel++) {
        const size_t j = panel * width, columns = p->n - j < width ? p->n - j : width;
        const float *b = p->b + j;
        size_t ldb = p->ldb;
        // A panel is copied when its rows are not contiguous, not whole, or a power of two apart (they would share
        // cache sets), and when it is read often enough for the copy to pay.
        if (p->transpose_b || columns % LANES != 0 || p->ldb % 512 == 0 || p->m >= 96) {
            NAME(pack)(p, j, columns, scratch);
            b = scratch;
            ldb = width;
        }
        for (size_t block = 0; block < blocks; block++) {
            const size_t start = block * p->m / blocks, end = (block + 1) * p->m / blocks;
            NAME(rows)(p, start, end - start, j, columns, b, ldb);
        }
    }
}

#undef TILE_CASE
