#ifndef ZOO_ROW_NETWORK_H
#define ZOO_ROW_NETWORK_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A linear layer, weight [inputs, stride] and bias [stride]; the stride is a multiple of 16.
typedef struct {
    const float *weight, *bias;
    size_t inputs, stride;
} zoo_row_layer;

// A column of codes: what each code makes of the first layer's outputs, [codes, stride], or, where `products` is NULL, the vectors
// of the codes, [codes, width], which are the inputs from number `first` on.
typedef struct {
    const float *products, *vectors;
    size_t width, first;
} zoo_row_category;

// out[j] += sum over i of x[i] * weight[i * stride + j], j < stride: a linear layer for a single row.
// Inputs of 0 cost nothing; `rectified` takes negative ones for 0, as most of a hidden layer are.
void zoo_row_layer_add(const float *x, size_t inputs, bool rectified, const float *weight, size_t stride, float *out);

// The outputs of a network of rectified layers for one row: codes, then `value_count` numbers, the last inputs of the first layer.
// `room` has space for two layers' outputs of `widest` numbers each; the answer lies in it.
const float *zoo_row_network(const zoo_row_layer *layers, size_t layer_count, const zoo_row_category *categories,
                             size_t category_count, const int32_t *codes, const float *values, size_t value_count,
                             size_t widest, float *room);
#endif
