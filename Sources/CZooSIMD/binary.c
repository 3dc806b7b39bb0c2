#include "zoo_binary.h"
#include "zoo_math.h"

#define T float
#define NAME zoo_binary_f32
#define POWER powf
#define GELU_SLOPE zoo_gelu_slope
#define SILU_SLOPE zoo_silu_slope
#include "binary_template.h"
#undef T
#undef NAME
#undef POWER
#undef GELU_SLOPE
#undef SILU_SLOPE

#define T double
#define NAME zoo_binary_f64
#define POWER pow
#define GELU_SLOPE zoo_gelu_slope_d
#define SILU_SLOPE zoo_silu_slope_d
#include "binary_template.h"
#undef T
#undef NAME
#undef POWER
#undef GELU_SLOPE
#undef SILU_SLOPE

#define T int32_t
#define NAME zoo_binary_i32
#include "binary_template.h"
#undef T
#undef NAME

ZOO_CLONED(void, zoo_where_f32,
           (const float *restrict c, const float *restrict a, const float *restrict b, float *restrict out, ptrdiff_t n),
           (c, a, b, out, n)) {
    for (ptrdiff_t i = 0; i < n; i++) out[i] = c[i] != 0 ? a[i] : b[i];
}
ZOO_CLONED(void, zoo_where_f64,
           (const double *restrict c, const double *restrict a, const double *restrict b, double *restrict out,
            ptrdiff_t n),
           (c, a, b, out, n)) {
    for (ptrdiff_t i = 0; i < n; i++) out[i] = c[i] != 0 ? a[i] : b[i];
}
