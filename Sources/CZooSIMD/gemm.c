#include "zoo_gemm.h"

#define TILES "gemm_tiles.h"
#define AVX512_ROWS 12
#include "zoo_sets.h"

size_t zoo_sgemm_panel_columns(void) {
    static const size_t lanes[] = {4, 8, 16};
    return 2 * lanes[zoo_instructions()];
}

size_t zoo_sgemm_scratch_floats(size_t k) { return k * zoo_sgemm_panel_columns(); }

void zoo_sgemm_panels(const zoo_sgemm_product *product, size_t first, size_t last, float *scratch) {
    DISPATCH(panels(product, first, last, scratch))
}

void zoo_sgemm_pack_panel(const zoo_sgemm_product *product, size_t panel, float *packed) {
    const size_t width = zoo_sgemm_panel_columns(), j = panel * width;
    const size_t columns = product->n - j < width ? product->n - j : width;
    float *to = packed + panel * product->k * width;
    DISPATCH(pack(product, j, columns, to))
}

void zoo_sgemm_packed_rows(const zoo_sgemm_product *product, const float *packed, size_t first, size_t last) {
    DISPATCH(packed_rows(product, packed, first, last))
}
