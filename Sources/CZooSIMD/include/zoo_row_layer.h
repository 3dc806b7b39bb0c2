#ifndef ZOO_ROW_LAYER_H
#define ZOO_ROW_LAYER_H
#include <stdbool.h>
#include <stddef.h>

// out[j] += sum over i of x[i] * weight[i * stride + j], j < stride, a multiple of 16: a linear layer for a single row.
// Inputs of 0 cost nothing; `rectified` takes negative ones for 0, as most of a hidden layer are.
void zoo_row_layer(const float *x, size_t inputs, bool rectified, const float *weight, size_t stride, float *out);
#endif
