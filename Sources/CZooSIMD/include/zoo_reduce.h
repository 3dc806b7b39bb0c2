#ifndef ZOO_REDUCE_H
#define ZOO_REDUCE_H
#include <stddef.h>

enum { ZOO_SUM, ZOO_MAX, ZOO_MIN };

// y[o][i] = op over r of x[o][r][i]; an empty sum is 0, an empty max -inf, an empty min inf. NaN wins.
void zoo_reduce_f32(int op, const float *x, float *y, ptrdiff_t outer, ptrdiff_t n, ptrdiff_t inner);
void zoo_reduce_f64(int op, const double *x, double *y, ptrdiff_t outer, ptrdiff_t n, ptrdiff_t inner);

// The sum of all squares, added up in Float64.
double zoo_sum_of_squares(const float *x, ptrdiff_t n);
#endif
