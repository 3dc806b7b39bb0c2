#ifndef ZOO_STREAMED_H
#define ZOO_STREAMED_H
#include "zoo_recurrent.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Layers for one row at a time, whose weights are read once a step and too large for the near caches: they lie in the
// order in which they are read, as float or as half-precision numbers, and bytes are what a step costs.

enum { ZOO_LINEAR = 4, ZOO_STREAMED_LANES = 16 };  // ZOO_LINEAR continues where the cells of zoo_recurrent.h end

// A layer is cut into blocks: 16 units of all gates, or 64 outputs of a linear layer; the last may be filled with zeros.
size_t zoo_streamed_blocks(int cell, size_t outputs);

// Numbers in the packed weights of one block.
size_t zoo_streamed_block_count(int cell, size_t input, size_t state);

// Packs one block. Row r of W is w + r * w_row with elements w_step apart, likewise U; a linear layer has no U, and its
// state is 0. Halves are rounded to nearest, and kept finite.
typedef struct {
    int cell;
    bool half;
    size_t input, outputs;
    const float *w, *u;
    size_t w_row, w_step;
} zoo_streamed_source;
void zoo_streamed_pack(const zoo_streamed_source *source, size_t block, void *packed);

// One step. `bias` is in blocks of `outputs` numbers as in zoo_recurrent.h; `packed` holds all blocks.
typedef struct {
    int cell;
    bool half;
    size_t input, outputs;
    const void *packed;
    const float *bias;
    const float *x;            // [input]
    const float *state;        // [outputs] h before
    const float *cell_before;  // [outputs] LSTM
    float *cell_after;         // [outputs] LSTM; may be cell_before
    float *result;             // [outputs] h after; must not be `state`
} zoo_streamed_step;
void zoo_streamed_units(const zoo_streamed_step *step, size_t block);
#endif
