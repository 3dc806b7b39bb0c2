#include "zoo_gemm.h"

typedef float vec4 __attribute__((vector_size(16), aligned(4)));

// to[q][x] = from[x][q]
static inline __attribute__((always_inline)) void transpose_4x4(const float *from, size_t from_step, float *to,
                                                                size_t to_step) {
    const vec4 a = *(const vec4 *)from, b = *(const vec4 *)(from + from_step), c = *(const vec4 *)(from + 2 * from_step),
               d = *(const vec4 *)(from + 3 * from_step);
    const vec4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    const vec4 ab2 = __builtin_shufflevector(a, b, 2, 6, 3, 7), cd2 = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    *(vec4 *)to = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    *(vec4 *)(to + to_step) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    *(vec4 *)(to + 2 * to_step) = __builtin_shufflevector(ab2, cd2, 0, 1, 4, 5);
    *(vec4 *)(to + 3 * to_step) = __builtin_shufflevector(ab2, cd2, 2, 3, 6, 7);
}

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
