#include "zoo_gemm.h"
#include "zoo_instructions.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#define NAME(x) avx512_##x
#define LANES 16
#define ROWS 12
#include "gemm_tiles.h"
#undef NAME
#undef LANES
#undef ROWS
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NAME(x) avx2_##x
#define LANES 8
#define ROWS 6
#include "gemm_tiles.h"
#undef NAME
#undef LANES
#undef ROWS
#pragma clang attribute pop

#endif

#define NAME(x) generic_##x
#define LANES 4
#define ROWS 6
#include "gemm_tiles.h"
#undef NAME
#undef LANES
#undef ROWS

size_t zoo_sgemm_panel_columns(void) {
    static const size_t lanes[] = {4, 8, 16};
    return 2 * lanes[zoo_instructions()];
}

size_t zoo_sgemm_scratch_floats(size_t k) { return k * zoo_sgemm_panel_columns(); }

void zoo_sgemm_panels(const zoo_sgemm_product *product, size_t first, size_t last, float *scratch) {
    switch (zoo_instructions()) {
#if defined(__x86_64__)
        case ZOO_AVX512: avx512_panels(product, first, last, scratch); return;
        case ZOO_AVX2: avx2_panels(product, first, last, scratch); return;
#endif
        default: generic_panels(product, first, last, scratch);
    }
}

void zoo_sgemm_pack_panel(const zoo_sgemm_product *product, size_t panel, float *packed) {
    const size_t width = zoo_sgemm_panel_columns(), j = panel * width;
    const size_t columns = product->n - j < width ? product->n - j : width;
    float *to = packed + panel * product->k * width;
    switch (zoo_instructions()) {
#if defined(__x86_64__)
        case ZOO_AVX512: avx512_pack(product, j, columns, to); return;
        case ZOO_AVX2: avx2_pack(product, j, columns, to); return;
#endif
        default: generic_pack(product, j, columns, to);
    }
}

void zoo_sgemm_packed_rows(const zoo_sgemm_product *product, const float *packed, size_t first, size_t last) {
    switch (zoo_instructions()) {
#if defined(__x86_64__)
        case ZOO_AVX512: avx512_packed_rows(product, packed, first, last); return;
        case ZOO_AVX2: avx2_packed_rows(product, packed, first, last); return;
#endif
        default: generic_packed_rows(product, packed, first, last);
    }
}
