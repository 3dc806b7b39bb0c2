#include "zoo_layer_norm.h"

#include "zoo_clones.h"

enum { SUMS = 16 };  // partial sums of a row, whatever the width of the registers

// The sum over i < n of `term`.
#define SUM(term)                                                         \
    ({                                                                    \
        float sums[SUMS] = {0};                                           \
        size_t base = 0;                                                  \
        for (; base + SUMS <= n; base += SUMS)                            \
            for (size_t s = 0; s < SUMS; s++) {                           \
                const size_t i = base + s;                                \
                sums[s] += term;                                          \
            }                                                             \
        for (size_t i = base; i < n; i++) sums[i - base] += term;         \
        for (size_t half = SUMS / 2; half > 0; half /= 2)                 \
            for (size_t s = 0; s < half; s++) sums[s] += sums[s + half];  \
        sums[0];                                                          \
    })

ZOO_CLONED(void, zoo_layer_norm,
           (const float *restrict x, size_t rows, size_t n, const float *restrict weight, const float *restrict bias,
            float epsilon, float *restrict y, float *restrict moments),
           (x, rows, n, weight, bias, epsilon, y, moments)) {
    for (size_t r = 0; r < rows; r++, x += n, y += n) {
        const float mean = SUM(x[i]) / (float)n;
        const float variance = SUM((x[i] - mean) * (x[i] - mean)) / (float)n;
        const float inverse = 1 / __builtin_sqrtf(variance + epsilon);
        for (size_t i = 0; i < n; i++) y[i] = (x[i] - mean) * inverse * weight[i] + bias[i];
        if (moments) {
            moments[2 * r] = mean;
            moments[2 * r + 1] = inverse;
        }
    }
}

// With h = (x - mean) inverse and g = weight dy: dx = inverse (g - mean(g) - h mean(g h)), dweight = sum of dy h, dbias = sum of dy.
ZOO_CLONED(void, zoo_layer_norm_gradient,
           (const float *restrict x, const float *restrict moments, const float *restrict weight, const float *restrict dy,
            size_t rows, size_t n, float *restrict dx, float *restrict dweight, float *restrict dbias),
           (x, moments, weight, dy, rows, n, dx, dweight, dbias)) {
    for (size_t r = 0; r < rows; r++, x += n, dy += n) {
        const float mean = moments[2 * r], inverse = moments[2 * r + 1];
        for (size_t i = 0; i < n; i++) {
            dweight[i] += dy[i] * ((x[i] - mean) * inverse);
            dbias[i] += dy[i];
        }
        if (!dx) continue;
        const float a = SUM(weight[i] * dy[i]) / (float)n;
        const float b = SUM(weight[i] * dy[i] * ((x[i] - mean) * inverse)) / (float)n;
        for (size_t i = 0; i < n; i++) dx[i] = inverse * (weight[i] * dy[i] - a - (x[i] - mean) * inverse * b);
        dx += n;
    }
}
