#ifndef ZOO_SOFTMAX_H
#define ZOO_SOFTMAX_H
#include <stddef.h>

// Each row of x [rows, n] by itself.
void zoo_softmax_f32(const float *x, float *y, ptrdiff_t rows, ptrdiff_t n);
void zoo_softmax_f64(const double *x, double *y, ptrdiff_t rows, ptrdiff_t n);
void zoo_log_softmax_f32(const float *x, float *y, ptrdiff_t rows, ptrdiff_t n);
void zoo_log_softmax_f64(const double *x, double *y, ptrdiff_t rows, ptrdiff_t n);

// dx from the gradient g of y and y itself: y (g - sum(g y)), and g - exp(y) sum(g).
void zoo_softmax_gradient_f32(const float *g, const float *y, float *dx, ptrdiff_t rows, ptrdiff_t n);
void zoo_softmax_gradient_f64(const double *g, const double *y, double *dx, ptrdiff_t rows, ptrdiff_t n);
void zoo_log_softmax_gradient_f32(const float *g, const float *y, float *dx, ptrdiff_t rows, ptrdiff_t n);
void zoo_log_softmax_gradient_f64(const double *g, const double *y, double *dx, ptrdiff_t rows, ptrdiff_t n);
#endif
