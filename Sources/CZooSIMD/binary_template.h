// Included once per element type; the includer defines T, NAME and the function-like macros POWER, GELU_SLOPE and SILU_SLOPE if T is real.
#define LOOPS(expression)                                                       \
    for (ptrdiff_t r = 0; r < g.rows; r++) {                                    \
        const T *restrict pa = a + r * g.a_row;                                 \
        const T *restrict pb = b + r * g.b_row;                                 \
        T *restrict po = out + r * g.columns;                                   \
        if (g.a_column && g.b_column)                                           \
            for (ptrdiff_t c = 0; c < g.columns; c++) {                         \
                const T x = pa[c], y = pb[c];                                   \
                po[c] = expression;                                             \
            }                                                                   \
        else if (g.a_column) {                                                  \
            const T y = *pb;                                                    \
            for (ptrdiff_t c = 0; c < g.columns; c++) {                         \
                const T x = pa[c];                                              \
                po[c] = expression;                                             \
            }                                                                   \
        } else if (g.b_column) {                                                \
            const T x = *pa;                                                    \
            for (ptrdiff_t c = 0; c < g.columns; c++) {                         \
                const T y = pb[c];                                              \
                po[c] = expression;                                             \
            }                                                                   \
        } else {                                                                \
            const T x = *pa, y = *pb;                                           \
            const T z = expression;                                             \
            for (ptrdiff_t c = 0; c < g.columns; c++) po[c] = z;                \
        }                                                                       \
    }                                                                           \
    break;

ZOO_CLONED(void, NAME, (int op, const T *a, const T *b, T *out, zoo_grid g), (op, a, b, out, g)) {
    switch (op) {
    case ZOO_ADD: LOOPS(x + y)
    case ZOO_SUBTRACT: LOOPS(x - y)
    case ZOO_MULTIPLY: LOOPS(x * y)
    case ZOO_MAXIMUM: LOOPS((x > y || x != x) ? x : y)
    case ZOO_MINIMUM: LOOPS((x < y || x != x) ? x : y)
    case ZOO_GREATER: LOOPS((T)(x > y))
    case ZOO_LESS: LOOPS((T)(x < y))
    case ZOO_GREATER_EQUAL: LOOPS((T)(x >= y))
    case ZOO_LESS_EQUAL: LOOPS((T)(x <= y))
    case ZOO_EQUAL: LOOPS((T)(x == y))
    case ZOO_NOT_EQUAL: LOOPS((T)(x != y))
#ifdef POWER
    case ZOO_DIVIDE: LOOPS(x / y)
    case ZOO_POWER: LOOPS(POWER(x, y))
    case ZOO_RELU_GRADIENT: LOOPS(y > 0 ? x : 0)
    case ZOO_SIGMOID_GRADIENT: LOOPS(x * y * (1 - y))
    case ZOO_TANH_GRADIENT: LOOPS(x * (1 - y * y))
    case ZOO_GELU_GRADIENT: LOOPS(x * GELU_SLOPE(y))
    case ZOO_HARD_SWISH_GRADIENT: LOOPS(y < -3 ? 0 : y > 3 ? x : x * (y / 3 + (T)0.5))
    case ZOO_SILU_GRADIENT: LOOPS(x * SILU_SLOPE(y))
#endif
    }
}
#undef LOOPS
