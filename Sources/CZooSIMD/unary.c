#include "zoo_unary.h"
#include "zoo_math.h"

#define LOOP(expression)                         \
    for (ptrdiff_t i = 0; i < n; i++) {          \
        const T x = px[i];                       \
        py[i] = expression;                      \
    }                                            \
    break;

#define T float
ZOO_CLONED(void, zoo_unary_f32, (int op, const T *restrict px, T *restrict py, ptrdiff_t n), (op, px, py, n)) {
    switch (op) {
    case ZOO_NEGATE: LOOP(-x)
    case ZOO_ABS: LOOP(__builtin_elementwise_abs(x))
    case ZOO_SIGN: LOOP((T)(x > 0) - (T)(x < 0))
    case ZOO_EXP: LOOP(zoo_exp(x))
    case ZOO_LOG: LOOP(zoo_log(x))
    case ZOO_SQRT: LOOP(__builtin_elementwise_sqrt(x))
    case ZOO_RELU: LOOP(x > 0 || x != x ? x : 0)
    case ZOO_SIGMOID: LOOP(zoo_sigmoid(x))
    case ZOO_TANH: LOOP(zoo_tanh(x))
    case ZOO_GELU: LOOP(zoo_gelu(x))
    case ZOO_ERF: LOOP(zoo_erf(x))
    case ZOO_HARD_SWISH: LOOP(x < -3 ? 0 : x > 3 ? x : x * (x + 3) / 6)
    case ZOO_SILU: LOOP(x * zoo_sigmoid(x))
    }
}
#undef T

#define T double
ZOO_CLONED(void, zoo_unary_f64, (int op, const T *restrict px, T *restrict py, ptrdiff_t n), (op, px, py, n)) {
    switch (op) {
    case ZOO_NEGATE: LOOP(-x)
    case ZOO_ABS: LOOP(__builtin_elementwise_abs(x))
    case ZOO_SIGN: LOOP((T)(x > 0) - (T)(x < 0))
    case ZOO_EXP: LOOP(exp(x))
    case ZOO_LOG: LOOP(log(x))
    case ZOO_SQRT: LOOP(__builtin_elementwise_sqrt(x))
    case ZOO_RELU: LOOP(x > 0 || x != x ? x : 0)
    case ZOO_SIGMOID: LOOP(zoo_sigmoid_d(x))
    case ZOO_TANH: LOOP(tanh(x))
    case ZOO_GELU: LOOP(zoo_gelu_d(x))
    case ZOO_ERF: LOOP(erf(x))
    case ZOO_HARD_SWISH: LOOP(x < -3 ? 0 : x > 3 ? x : x * (x + 3) / 6)
    case ZOO_SILU: LOOP(x * zoo_sigmoid_d(x))
    }
}
#undef T

ZOO_CLONED(void, zoo_axpy_f32,
           (float scale, const float *restrict x, float *restrict y, ptrdiff_t n),
           (scale, x, y, n)) {
    for (ptrdiff_t i = 0; i < n; i++) y[i] += scale * x[i];
}
ZOO_CLONED(void, zoo_axpy_f64,
           (double scale, const double *restrict x, double *restrict y, ptrdiff_t n),
           (scale, x, y, n)) {
    for (ptrdiff_t i = 0; i < n; i++) y[i] += scale * x[i];
}
