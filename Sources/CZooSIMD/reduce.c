#include "zoo_reduce.h"
#include "zoo_clones.h"
#include <math.h>

#define T float
#define NAME zoo_reduce_f32
#include "reduce_template.h"
#undef T
#undef NAME

#define T double
#define NAME zoo_reduce_f64
#include "reduce_template.h"

ZOO_CLONED(double, zoo_sum_of_squares, (const float *x, ptrdiff_t n), (x, n)) {
#pragma clang fp reassociate(on)
    double sum = 0;
    for (ptrdiff_t i = 0; i < n; i++) sum += (double)x[i] * (double)x[i];
    return sum;
}
