// Activations with exponentials for one instruction set; included by convolution_tiles.h. The formulas are those of zoo_math.h.

typedef unsigned NAME(bits) __attribute__((vector_size(LANES * 4), aligned(4)));

// e to the power of x, which is held between -87 and 88.
static inline __attribute__((always_inline)) NAME(vec) NAME(exponential)(NAME(vec) x) {
    const NAME(vec) zero = {0}, shift = zero + 12582912.0f;
    x = __builtin_elementwise_min(__builtin_elementwise_max(x, zero - 87.0f), zero + 88.0f);
    const NAME(vec) shifted = x * 1.44269504f + shift, n = shifted - shift;
    NAME(vec) r = x - n * 0.693359375f;
    r = r + n * 2.12194440e-4f;
    NAME(vec) p = zero + 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r;
    p = p + 1.0f;
    return (NAME(vec))((NAME(bits))p + ((NAME(bits))shifted << 23));
}

// The error function: a rational minimax approximation, saturated where Float32 is.
static inline __attribute__((always_inline)) NAME(vec) NAME(error_function)(NAME(vec) x) {
    const NAME(vec) zero = {0};
    const NAME(vec) t = __builtin_elementwise_min(__builtin_elementwise_max(x, zero - 4.0f), zero + 4.0f), s = t * t;
    NAME(vec) p = zero - 2.72614225801306e-10f;
    p = p * s + 2.77068142495902e-08f;
    p = p * s - 2.10102402082508e-06f;
    p = p * s - 5.69250639462346e-05f;
    p = p * s - 7.34990630326855e-04f;
    p = p * s - 2.95459980854025e-03f;
    p = p * s - 1.60960333262415e-02f;
    NAME(vec) q = zero - 1.45660718464996e-05f;
    q = q * s - 2.13374055278905e-04f;
    q = q * s - 1.68282697438203e-03f;
    q = q * s - 7.37332916720468e-03f;
    q = q * s - 1.42647390514189e-02f;
    return t * p / q;
}

static inline __attribute__((always_inline)) NAME(vec) NAME(curve)(const int activation, NAME(vec) x) {
    if (activation == ZOO_ACTIVATE_SILU) return x / (1.0f + NAME(exponential)(-x));
    return 0.5f * x * (1.0f + NAME(error_function)(x * 0.70710678f));
}

static inline __attribute__((always_inline)) void NAME(smooth_loop)(const int activation, float *y, size_t count) {
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) *(NAME(vec) *)(y + i) = NAME(curve)(activation, *(const NAME(vec) *)(y + i));
    if (i == count) return;
    NAME(vec) rest = {0};
    for (size_t c = i; c < count; c++) rest[c - i] = y[c];
    rest = NAME(curve)(activation, rest);
    for (size_t c = i; c < count; c++) y[c] = rest[c - i];
}

// Activates what lies at y.
static void NAME(smooth)(int activation, float *y, size_t count) {
    if (activation == ZOO_ACTIVATE_SILU) NAME(smooth_loop)(ZOO_ACTIVATE_SILU, y, count);
    else NAME(smooth_loop)(ZOO_ACTIVATE_GELU, y, count);
}
