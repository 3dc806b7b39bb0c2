#ifndef ZOO_UNARY_H
#define ZOO_UNARY_H
#include <stddef.h>

enum {
    ZOO_NEGATE, ZOO_ABS, ZOO_SIGN, ZOO_EXP, ZOO_LOG, ZOO_SQRT, ZOO_RELU, ZOO_SIGMOID, ZOO_TANH, ZOO_GELU, ZOO_ERF,
    ZOO_HARD_SWISH, ZOO_SILU
};

// y[i] = op(x[i]); the buffers do not overlap.
void zoo_unary_f32(int op, const float *x, float *y, ptrdiff_t n);
void zoo_unary_f64(int op, const double *x, double *y, ptrdiff_t n);

// y[i] += scale * x[i]
void zoo_axpy_f32(float scale, const float *x, float *y, ptrdiff_t n);
void zoo_axpy_f64(double scale, const double *x, double *y, ptrdiff_t n);
#endif
