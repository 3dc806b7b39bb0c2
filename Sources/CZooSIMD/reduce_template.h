// Included once per element type; the includer defines T and NAME.
// A row runs over LANES partial results: the order of the additions is the same for every instruction set.
#define LANES 32
#define RUN(initial, combine)                                                   \
    for (ptrdiff_t o = 0; o < outer; o++) {                                     \
        const T *restrict p = x + o * n * inner;                                \
        if (inner == 1) {                                                       \
            T lane[LANES];                                                      \
            for (int l = 0; l < LANES; l++) lane[l] = initial;                  \
            ptrdiff_t r = 0;                                                    \
            for (; r + LANES <= n; r += LANES)                                  \
                for (int l = 0; l < LANES; l++) {                               \
                    const T a = lane[l], b = p[r + l];                          \
                    lane[l] = combine;                                          \
                }                                                               \
            for (int l = 0; r < n; l++, r++) {                                  \
                const T a = lane[l], b = p[r];                                  \
                lane[l] = combine;                                              \
            }                                                                   \
            for (int width = LANES / 2; width > 0; width /= 2)                  \
                for (int l = 0; l < width; l++) {                               \
                    const T a = lane[l], b = lane[l + width];                   \
                    lane[l] = combine;                                          \
                }                                                               \
            y[o] = lane[0];                                                     \
        } else {                                                                \
            T *restrict q = y + o * inner;                                      \
            for (ptrdiff_t i = 0; i < inner; i++) q[i] = initial;               \
            for (ptrdiff_t r = 0; r < n; r++)                                   \
                for (ptrdiff_t i = 0; i < inner; i++) {                         \
                    const T a = q[i], b = p[r * inner + i];                     \
                    q[i] = combine;                                             \
                }                                                               \
        }                                                                       \
    }                                                                           \
    break;

ZOO_CLONES void NAME(int op, const T *x, T *y, ptrdiff_t outer, ptrdiff_t n, ptrdiff_t inner) {
    switch (op) {
    case ZOO_SUM: RUN(0, a + b)
    case ZOO_MAX: RUN(-(T)INFINITY, (b > a || b != b) ? b : a)
    case ZOO_MIN: RUN((T)INFINITY, (b < a || b != b) ? b : a)
    }
}
#undef RUN
#undef LANES
