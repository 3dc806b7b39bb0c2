#include "zoo_tabular.h"
#include "zoo_clones.h"

ZOO_INLINE uint32_t code_at(const uint8_t *record, zoo_tabular_category category) {
    uint16_t two;
    uint32_t four;
    switch (category.bytes) {
        case 1: return record[category.offset];
        case 2: __builtin_memcpy(&two, record + category.offset, 2); return two;
        default: __builtin_memcpy(&four, record + category.offset, 4); return four;
    }
}

ZOO_INLINE const uint8_t *record_at(const uint8_t *records, size_t stride, const int32_t *rows, size_t i) {
    return records + stride * (rows ? (size_t)rows[i] : i);
}

void zoo_tabular_gather(const uint8_t *records, size_t stride, const int32_t *rows, size_t count,
                        const zoo_tabular_category *categories, size_t category_count, float *out, size_t ld) {
    for (size_t i = 0; i < count; i++) {
        if (i + 8 < count) __builtin_prefetch(record_at(records, stride, rows, i + 8));
        const uint8_t *record = record_at(records, stride, rows, i);
        for (size_t c = 0; c < category_count; c++) {
            const zoo_tabular_category category = categories[c];
            const float *from = category.table + (size_t)code_at(record, category) * category.width;
            float *to = out + i * ld + category.output;
            for (uint32_t j = 0; j < category.width; j++) to[j] = from[j];
        }
    }
}

void zoo_tabular_scatter(const uint8_t *records, size_t stride, const int32_t *rows, size_t count,
                         const zoo_tabular_category *categories, size_t category_count, const float *gradient,
                         size_t ld) {
    for (size_t i = 0; i < count; i++) {
        const uint8_t *record = record_at(records, stride, rows, i);
        for (size_t c = 0; c < category_count; c++) {
            const zoo_tabular_category category = categories[c];
            float *to = category.table + (size_t)code_at(record, category) * category.width;
            const float *from = gradient + i * ld + category.output;
            for (uint32_t j = 0; j < category.width; j++) to[j] += from[j];
        }
    }
}

ZOO_CLONED(void, zoo_tabular_column_sums,
           (float *x, size_t ld, size_t rows, size_t columns, int rectify, float *restrict sums, float *restrict squares),
           (x, ld, rows, columns, rectify, sums, squares)) {
    for (size_t i = 0; i < rows; i++) {
        float *restrict row = x + i * ld;
        if (rectify)
            for (size_t j = 0; j < columns; j++) row[j] = row[j] < 0 ? 0 : row[j];
        for (size_t j = 0; j < columns; j++) {
            sums[j] += row[j];
            squares[j] += row[j] * row[j];
        }
    }
}

// Chris Wellons' lowbias32: every bit of the input changes half of the output's.
ZOO_INLINE uint32_t mixed(uint32_t x) {
    x ^= x >> 16;
    x *= 0x7feb352du;
    x ^= x >> 15;
    x *= 0x846ca68bu;
    return x ^ (x >> 16);
}

ZOO_INLINE void drop(float *restrict row, size_t columns, zoo_dropout dropout, size_t number) {
    const uint32_t start = mixed((uint32_t)number * 0x9e3779b9u ^ dropout.key);
    for (size_t j = 0; j < columns; j++) {
        const uint32_t bits = mixed(start + (uint32_t)j);
        row[j] = bits < dropout.threshold ? 0 : row[j] * dropout.scale;
    }
}

ZOO_CLONED(void, zoo_tabular_scale,
           (const float *x, size_t ldx, float *y, size_t ldy, size_t rows, size_t columns, const float *restrict scale,
            const float *restrict shift, const zoo_dropout *dropout, size_t first_row),
           (x, ldx, y, ldy, rows, columns, scale, shift, dropout, first_row)) {
    for (size_t i = 0; i < rows; i++) {
        const float *from = x + i * ldx;
        float *to = y + i * ldy;
        for (size_t j = 0; j < columns; j++) to[j] = from[j] * scale[j] + shift[j];
        if (dropout) drop(to, columns, *dropout, first_row + i);
    }
}

ZOO_CLONED(void, zoo_tabular_dropout,
           (float *x, size_t ld, size_t rows, size_t columns, zoo_dropout dropout, size_t first_row),
           (x, ld, rows, columns, dropout, first_row)) {
    for (size_t i = 0; i < rows; i++) drop(x + i * ld, columns, dropout, first_row + i);
}

ZOO_CLONED(void, zoo_tabular_norm_sums,
           (float *gradient, size_t ldg, const float *x, size_t ldx, size_t rows, size_t columns, const float *restrict
            mean, const float *restrict inverse, const zoo_dropout *dropout, size_t first_row, float *restrict sums,
            float *restrict products),
           (gradient, ldg, x, ldx, rows, columns, mean, inverse, dropout, first_row, sums, products)) {
    for (size_t i = 0; i < rows; i++) {
        float *restrict g = gradient + i * ldg;
        const float *restrict value = x + i * ldx;
        if (dropout) drop(g, columns, *dropout, first_row + i);
        for (size_t j = 0; j < columns; j++) {
            sums[j] += g[j];
            products[j] += g[j] * ((value[j] - mean[j]) * inverse[j]);
        }
    }
}

ZOO_CLONED(void, zoo_tabular_norm_rectifier_gradient,
           (float *gradient, size_t ldg, const float *x, size_t ldx, size_t rows, size_t columns, const float *restrict
            a, const float *restrict b, const float *restrict c),
           (gradient, ldg, x, ldx, rows, columns, a, b, c)) {
    for (size_t i = 0; i < rows; i++) {
        float *restrict g = gradient + i * ldg;
        const float *restrict value = x + i * ldx;
        for (size_t j = 0; j < columns; j++) {
            const float slope = a[j] * g[j] + b[j] * value[j] + c[j];
            g[j] = value[j] > 0 ? slope : 0;
        }
    }
}

ZOO_CLONED(void, zoo_tabular_scaled_weights_gradient,
           (const float *restrict weights, float *restrict gradient, size_t columns, size_t outputs, const float *scale,
            const float *shift, const float *restrict sums, float *scale_gradient, float *shift_gradient),
           (weights, gradient, columns, outputs, scale, shift, sums, scale_gradient, shift_gradient)) {
    enum { LANES = 16 };  // sums side by side: in one, every addition would wait for the last
    for (size_t i = 0; i < columns; i++, weights += outputs, gradient += outputs) {
        float products[LANES] = {0}, totals[LANES] = {0};
        const size_t whole = outputs / LANES * LANES;
        for (size_t j = 0; j < whole; j += LANES)
            for (size_t lane = 0; lane < LANES; lane++) {
                products[lane] += weights[j + lane] * gradient[j + lane];
                totals[lane] += weights[j + lane] * sums[j + lane];
            }
        for (size_t j = whole; j < outputs; j++) {
            products[0] += weights[j] * gradient[j];
            totals[0] += weights[j] * sums[j];
        }
        for (size_t j = 0; j < outputs; j++) gradient[j] = scale[i] * gradient[j] + shift[i] * sums[j];
        for (size_t lane = 1; lane < LANES; lane++) {
            products[0] += products[lane];
            totals[0] += totals[lane];
        }
        scale_gradient[i] = products[0];
        shift_gradient[i] = totals[0];
    }
}
