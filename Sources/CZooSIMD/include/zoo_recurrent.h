#ifndef ZOO_RECURRENT_H
#define ZOO_RECURRENT_H
#include <stddef.h>

// A row of gates holds blocks of `hidden` numbers: RNN h; LSTM i, f, g, o; GRU r, z, U_n h + c_n, n. The hidden-to-hidden
// weights U have PyTorch's rows: a block for each gate that U feeds (GRU: r, z, n).
enum { ZOO_RNN, ZOO_RECTIFIED_RNN, ZOO_GRU, ZOO_LSTM };

// Units that one call of the step functions works on; the last block may have fewer.
size_t zoo_recurrent_block_units(void);

// Floats of a packed U, for either direction.
size_t zoo_recurrent_packed_floats(int cell, size_t hidden);

// Packs block `block` of U [rows, hidden] for the forward product h U' or the backward product g U.
void zoo_recurrent_pack_forward(int cell, const float *u, size_t hidden, size_t block, float *packed);
void zoo_recurrent_pack_backward(int cell, const float *u, size_t hidden, size_t block, float *packed);

// One step forwards: gates become activations, and the state moves on. Matrices are [batch, hidden] unless said.
typedef struct {
    int cell;
    size_t batch, hidden;
    size_t stride;              // floats from one row of `gates` to the next
    size_t state_stride;        // floats from one row of `state` and `next` to the next
    const float *packed;        // by zoo_recurrent_pack_forward
    const float *bias;          // [blocks * hidden], in the order of a row of gates
    float *gates;               // [batch, stride] in: W x (GRU: not in block 2); out: activations
    const float *state;         // [batch, state_stride] h before
    float *next;                // [batch, state_stride] h after
    float *output;              // h after again
    const float *cell_before;   // LSTM
    float *cell_after;          // LSTM
} zoo_recurrent_forward;
void zoo_recurrent_forward_units(const zoo_recurrent_forward *step, size_t block);

// One step backwards: activations become gradients of what went into the gates.
typedef struct {
    int cell;
    size_t batch, hidden, stride;
    const float *packed;              // by zoo_recurrent_pack_backward
    const float *later;               // [batch, stride] gate gradients of the step that came after; NULL at the last
    float *gates;                     // [batch, stride]; NULL: only `state_gradient` is wanted
    const float *output_gradient;     // or NULL
    const float *last_gradient;       // of the final state, at the last step; or NULL
    const float *state_before;        // GRU: h before
    const float *cell_before;         // LSTM
    const float *cell_after;          // LSTM
    float *carry;                     // LSTM: gradient of the cell; GRU: what z lets through; moved on in place
    float *bias_gradient;             // [blocks * hidden], added to
    float *state_gradient;            // of the first h, where `gates` is NULL
} zoo_recurrent_backward;
void zoo_recurrent_backward_units(const zoo_recurrent_backward *step, size_t block);
#endif
