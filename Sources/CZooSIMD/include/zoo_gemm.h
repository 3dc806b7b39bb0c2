#ifndef ZOO_GEMM_H
#define ZOO_GEMM_H
#include <stdbool.h>
#include <stddef.h>

/// One product C = alpha op(A) op(B) + beta C over row-major matrices; strides in elements.
typedef struct {
    bool transpose_a, transpose_b;
    size_t m, n, k;
    float alpha, beta;
    const float *a;
    size_t lda;
    const float *b;
    size_t ldb;
    float *c;
    size_t ldc;
} zoo_sgemm_product;

/// Columns that one panel holds: work is shared between threads by whole panels.
size_t zoo_sgemm_panel_columns(void);

/// Floats of scratch that one call of zoo_sgemm_panels needs for a product of depth k.
size_t zoo_sgemm_scratch_floats(size_t k);

/// Computes the columns of panels first ..< last. Calls over disjoint panels may run at the same time.
void zoo_sgemm_panels(const zoo_sgemm_product *product, size_t first, size_t last, float *scratch);

/// Packs one panel of op(B) into its place among all panels, [panels][k][panel columns]; panels may be packed at the same
/// time.
void zoo_sgemm_pack_panel(const zoo_sgemm_product *product, size_t panel, float *packed);

/// Computes the rows first ..< last of C from all panels. Calls over disjoint rows may run at the same time.
void zoo_sgemm_packed_rows(const zoo_sgemm_product *product, const float *packed, size_t first, size_t last);

#endif
