#ifndef ZOO_LAYER_NORM_H
#define ZOO_LAYER_NORM_H
#include <stddef.h>

/// y = (x - mean) * inverse * weight + bias for each of `rows` rows of `width` numbers, mean and inverse = 1 / sqrt(variance + epsilon)
/// those of the row; they go to moments [rows][2] unless that is NULL.
void zoo_layer_norm(const float *x, size_t rows, size_t width, const float *weight, const float *bias, float epsilon, float *y,
                    float *moments);

/// The gradients of it: dx unless that is NULL, and what the rows add to dweight and dbias [width], in Float32.
void zoo_layer_norm_gradient(const float *x, const float *moments, const float *weight, const float *dy, size_t rows, size_t width,
                             float *dx, float *dweight, float *dbias);
#endif
