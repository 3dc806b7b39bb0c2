#ifndef ZOO_MATH_H
#define ZOO_MATH_H
// Branch-free functions that vectorise whole, used inside the loops of the other files.
#include "zoo_clones.h"
#include <math.h>

ZOO_INLINE float zoo_bits(int32_t i) {
    float f;
    __builtin_memcpy(&f, &i, 4);
    return f;
}
ZOO_INLINE int32_t zoo_int(float f) {
    int32_t i;
    __builtin_memcpy(&i, &f, 4);
    return i;
}

// Relative error about 1e-7; 0 below the smallest normal number, inf above the largest, NaN stays.
ZOO_INLINE float zoo_exp(float x) {
    const float shift = 12582912.0f;  // 1.5 * 2^23: a sum with it is rounded to a whole number, found in its low bits
    const float shifted = x * 1.44269504f + shift;
    const float n = shifted - shift;
    float r = x - n * 0.693359375f;
    r = r + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r;
    p = p + 1.0f;
    // 2^n by adding to the exponent: within the limits below it stays that of a normal number.
    float y = zoo_bits((int32_t)((uint32_t)zoo_int(p) + ((uint32_t)zoo_int(shifted) << 23)));
    y = x < -87.33654f ? 0.0f : y;
    y = x > 88.72283f ? __builtin_inff() : y;
    return x != x ? x : y;
}

// Cephes logf; -inf at 0, NaN below.
ZOO_INLINE float zoo_log(float x) {
    int tiny = x < 1.17549435e-38f;
    float scaled = tiny ? x * 8388608.0f : x;
    int32_t bits = zoo_int(scaled);
    float e = (float)((bits >> 23) - 126) - (tiny ? 23.0f : 0.0f);
    float m = zoo_bits((bits & 0x007fffff) | 0x3f000000);  // [0.5, 1)
    int low = m < 0.707106781f;
    e = low ? e - 1.0f : e;
    m = (low ? m + m : m) - 1.0f;
    float z = m * m;
    float p = 7.0376836292e-2f;
    p = p * m - 1.1514610310e-1f;
    p = p * m + 1.1676998740e-1f;
    p = p * m - 1.2420140846e-1f;
    p = p * m + 1.4249322787e-1f;
    p = p * m - 1.6668057665e-1f;
    p = p * m + 2.0000714765e-1f;
    p = p * m - 2.4999993993e-1f;
    p = p * m + 3.3333331174e-1f;
    float y = p * m * z + e * -2.12194440e-4f - 0.5f * z;
    y = m + y + e * 0.693359375f;
    y = x == __builtin_inff() ? x : y;
    y = x == 0.0f ? -__builtin_inff() : y;
    return (x < 0.0f || x != x) ? __builtin_nanf("") : y;
}

ZOO_INLINE float zoo_sigmoid(float x) { return 1.0f / (1.0f + zoo_exp(-x)); }

// Rational minimax approximations, as in Eigen; odd functions, saturated where Float32 is.
ZOO_INLINE float zoo_tanh(float x) {
    float t = __builtin_elementwise_min(__builtin_elementwise_max(x, -9.0f), 9.0f);
    float s = t * t;
    float p = -2.76076847742355e-16f;
    p = p * s + 2.00018790482477e-13f;
    p = p * s - 8.60467152213735e-11f;
    p = p * s + 5.12229709037114e-08f;
    p = p * s + 1.48572235717979e-05f;
    p = p * s + 6.37261928875436e-04f;
    p = p * s + 4.89352455891786e-03f;
    float q = 1.19825839466702e-06f;
    q = q * s + 1.18534705686654e-04f;
    q = q * s + 2.26843463243900e-03f;
    q = q * s + 4.89352518554385e-03f;
    float y = t * p / q;
    return x != x ? x : y;
}
ZOO_INLINE float zoo_erf(float x) {
    float t = __builtin_elementwise_min(__builtin_elementwise_max(x, -4.0f), 4.0f);
    float s = t * t;
    float p = -2.72614225801306e-10f;
    p = p * s + 2.77068142495902e-08f;
    p = p * s - 2.10102402082508e-06f;
    p = p * s - 5.69250639462346e-05f;
    p = p * s - 7.34990630326855e-04f;
    p = p * s - 2.95459980854025e-03f;
    p = p * s - 1.60960333262415e-02f;
    float q = -1.45660718464996e-05f;
    q = q * s - 2.13374055278905e-04f;
    q = q * s - 1.68282697438203e-03f;
    q = q * s - 7.37332916720468e-03f;
    q = q * s - 1.42647390514189e-02f;
    float y = t * p / q;
    return x != x ? x : y;
}
ZOO_INLINE float zoo_gelu(float x) { return 0.5f * x * (1.0f + zoo_erf(x * 0.70710678f)); }
ZOO_INLINE float zoo_gelu_slope(float x) {
    return 0.5f * (1.0f + zoo_erf(x * 0.70710678f)) + x * 0.39894228f * zoo_exp(-0.5f * x * x);
}
ZOO_INLINE float zoo_silu_slope(float x) {
    const float s = zoo_sigmoid(x);
    return s * (1.0f + x * (1.0f - s));
}

ZOO_INLINE double zoo_sigmoid_d(double x) { return 1.0 / (1.0 + exp(-x)); }
ZOO_INLINE double zoo_gelu_d(double x) { return 0.5 * x * (1.0 + erf(x * M_SQRT1_2)); }
ZOO_INLINE double zoo_gelu_slope_d(double x) {
    return 0.5 * (1.0 + erf(x * M_SQRT1_2)) + x * 0.3989422804014327 * exp(-0.5 * x * x);
}
ZOO_INLINE double zoo_silu_slope_d(double x) {
    const double s = zoo_sigmoid_d(x);
    return s * (1.0 + x * (1.0 - s));
}
#endif
