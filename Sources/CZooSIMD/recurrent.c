#include "zoo_recurrent.h"
#include "zoo_gemm.h"
#include "zoo_instructions.h"
#include "zoo_math.h"

// Gates whose product with the state is wanted: blocks of rows in U.
static size_t product_count(int cell) { return cell == ZOO_LSTM ? 4 : cell == ZOO_GRU ? 3 : 1; }

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#define NAME(x) avx512_##x
#define LANES 16
#define ROWS 12
#include "recurrent_tiles.h"
#undef NAME
#undef LANES
#undef ROWS
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NAME(x) avx2_##x
#define LANES 8
#define ROWS 6
#include "recurrent_tiles.h"
#undef NAME
#undef LANES
#undef ROWS
#pragma clang attribute pop

#endif

#define NAME(x) generic_##x
#define LANES 4
#define ROWS 6
#include "recurrent_tiles.h"
#undef NAME
#undef LANES
#undef ROWS

#if defined(__x86_64__)
#define DISPATCH(function, ...)                               \
    switch (zoo_instructions()) {                             \
        case ZOO_AVX512: avx512_##function(__VA_ARGS__); return; \
        case ZOO_AVX2: avx2_##function(__VA_ARGS__); return;  \
        default: generic_##function(__VA_ARGS__); return;     \
    }
#else
#define DISPATCH(function, ...) generic_##function(__VA_ARGS__);
#endif

size_t zoo_recurrent_block_units(void) { return zoo_sgemm_panel_columns(); }

size_t zoo_recurrent_packed_floats(int cell, size_t hidden) {
    const size_t width = zoo_recurrent_block_units();
    return product_count(cell) * hidden * ((hidden + width - 1) / width) * width;
}

void zoo_recurrent_pack_forward(int cell, const float *u, size_t hidden, size_t block, float *packed) {
    DISPATCH(pack_forward, cell, u, hidden, block, packed)
}

void zoo_recurrent_pack_backward(int cell, const float *u, size_t hidden, size_t block, float *packed) {
    DISPATCH(pack_backward, cell, u, hidden, block, packed)
}

void zoo_recurrent_forward_units(const zoo_recurrent_forward *step, size_t block) { DISPATCH(forward_units, step, block) }

void zoo_recurrent_backward_units(const zoo_recurrent_backward *step, size_t block) {
    DISPATCH(backward_units, step, block)
}
