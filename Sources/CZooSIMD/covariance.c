#include "zoo_covariance.h"
#include "zoo_clones.h"

#include <string.h>

#define INLINE ZOO_INLINE

enum { PANEL = ZOO_COLUMN_PANEL, TILE = 6, STRIPE = 64 };
typedef float v16 __attribute__((vector_size(64)));
typedef float v16_unaligned __attribute__((vector_size(64), aligned(4), may_alias));
#define LOAD(p) ((v16) * (const v16_unaligned *)(p))

ZOO_CLONED(void, zoo_add_column_sums,
           (const float *restrict rows, size_t count, size_t width, float *restrict scratch, double *restrict sums),
           (rows, count, width, scratch, sums)) {
    // 64 rows at a time in Float32, then into Float64: no drift, and the loads stay the cost.
    for (size_t first = 0; first < count; first += STRIPE) {
        size_t end = first + STRIPE < count ? first + STRIPE : count, i = first;
        memset(scratch, 0, width * sizeof(float));
        for (; i + 4 <= end; i += 4) {
            const float *row = rows + i * width;
            for (size_t j = 0; j < width; j++) {
                scratch[j] += (row[j] + row[width + j]) + (row[2 * width + j] + row[3 * width + j]);
            }
        }
        for (; i < end; i++) {
            for (size_t j = 0; j < width; j++) scratch[j] += rows[i * width + j];
        }
        for (size_t j = 0; j < width; j++) sums[j] += (double)scratch[j];
    }
}

ZOO_CLONED(void, zoo_row_means,
           (const float *rows, size_t count, size_t width, float *means),
           (rows, count, width, means)) {
#pragma clang fp reassociate(on)
    for (size_t i = 0; i < count; i++) {
        double sum = 0;
        for (size_t j = 0; j < width; j++) sum += (double)rows[i * width + j];
        means[i] = (float)(sum / (double)width);
    }
}

ZOO_CLONED(void, zoo_centre_into_panels,
           (const float *rows, size_t count, size_t width, const float *column_means, const float *row_means, float
            *panels),
           (rows, count, width, column_means, row_means, panels)) {
    size_t full = width / PANEL * PANEL, lanes = width - full;
    for (size_t i = 0; i < count; i++) {
        const float *row = rows + i * width;
        float shift = row_means != NULL ? row_means[i] : 0;
        for (size_t j = 0; j < full; j += PANEL) {
            v16 x = LOAD(row + j) - shift;
            if (column_means != NULL) x -= LOAD(column_means + j);
            *(v16_unaligned *)(panels + j * count + i * PANEL) = x;
        }
        if (lanes == 0) continue;
        float *last = panels + full * count + i * PANEL;
        memset(last, 0, PANEL * sizeof(float));
        for (size_t j = 0; j < lanes; j++) {
            last[j] = row[full + j] - shift - (column_means != NULL ? column_means[full + j] : 0);
        }
    }
}

ZOO_CLONED(void, zoo_add_gram,
           (const float *panels, size_t count, size_t width, double *gram),
           (panels, count, width, gram)) {
    for (size_t i0 = 0; i0 < width; i0 += TILE) {
        const float *left[TILE];
        for (size_t t = 0; t < TILE; t++) {
            size_t i = i0 + t < width ? i0 + t : width - 1;
            left[t] = panels + i / PANEL * PANEL * count + i % PANEL;
        }
        for (size_t j0 = i0 / PANEL * PANEL; j0 < width; j0 += PANEL) {
            const float *right = panels + j0 * count;
            v16 sum[TILE] = {0};
            for (size_t r = 0; r < count; r++) {
                v16 x = LOAD(right + r * PANEL);
                for (int t = 0; t < TILE; t++) sum[t] += x * left[t][r * PANEL];
            }
            size_t lanes = width - j0 < PANEL ? width - j0 : PANEL;
            for (size_t t = 0; t < TILE && i0 + t < width; t++) {
                double *out = gram + (i0 + t) * width + j0;
                for (size_t j = 0; j < lanes; j++) out[j] += (double)sum[t][j];
            }
        }
    }
}

ZOO_CLONED(void, zoo_centre_rows,
           (const float *rows, size_t count, size_t width, const float *column_means, const float *row_means, float *out),
           (rows, count, width, column_means, row_means, out)) {
    for (size_t i = 0; i < count; i++) {
        float shift = row_means != NULL ? row_means[i] : 0;
        const float *row = rows + i * width;
        float *centred = out + i * width;
        if (column_means != NULL) {
            for (size_t j = 0; j < width; j++) centred[j] = row[j] - column_means[j] - shift;
        } else {
            for (size_t j = 0; j < width; j++) centred[j] = row[j] - shift;
        }
    }
}

ZOO_CLONED(void, zoo_rotate,
           (double *restrict x, double *restrict y, size_t count, double c, double s),
           (x, y, count, c, s)) {
    for (size_t i = 0; i < count; i++) {
        double a = x[i], b = y[i];
        x[i] = c * a - s * b;
        y[i] = s * a + c * b;
    }
}

ZOO_CLONED(double, zoo_dot_doubles, (const double *x, const double *y, size_t count), (x, y, count)) {
#pragma clang fp reassociate(on)
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += x[i] * y[i];
    return sum;
}

ZOO_CLONED(void, zoo_add_scaled_doubles,
           (double alpha, const double *restrict x, double *restrict y, size_t count),
           (alpha, x, y, count)) {
    for (size_t i = 0; i < count; i++) y[i] += alpha * x[i];
}
