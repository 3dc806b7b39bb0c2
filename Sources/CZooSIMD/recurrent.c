#include "zoo_recurrent.h"
#include "zoo_gemm.h"
#include "zoo_math.h"

// Gates whose product with the state is wanted: blocks of rows in U.
static size_t product_count(int cell) { return cell == ZOO_LSTM ? 4 : cell == ZOO_GRU ? 3 : 1; }

#define TILES "recurrent_tiles.h"
#define AVX512_ROWS 12
#include "zoo_sets.h"

size_t zoo_recurrent_block_units(void) { return zoo_sgemm_panel_columns(); }

size_t zoo_recurrent_packed_floats(int cell, size_t hidden) {
    const size_t width = zoo_recurrent_block_units();
    return product_count(cell) * hidden * ((hidden + width - 1) / width) * width;
}

void zoo_recurrent_pack_forward(int cell, const float *u, size_t hidden, size_t block, float *packed) {
    DISPATCH(pack_forward(cell, u, hidden, block, packed))
}

void zoo_recurrent_pack_backward(int cell, const float *u, size_t hidden, size_t block, float *packed) {
    DISPATCH(pack_backward(cell, u, hidden, block, packed))
}

void zoo_recurrent_forward_units(const zoo_recurrent_forward *step, size_t block) { DISPATCH(forward_units(step, block)) }

void zoo_recurrent_backward_units(const zoo_recurrent_backward *step, size_t block) {
    DISPATCH(backward_units(step, block))
}
