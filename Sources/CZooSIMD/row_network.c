#include <string.h>
#include "zoo_row_network.h"
#include "zoo_clones.h"

enum { LANES = 16, CHUNK = 256 };
typedef float v16 __attribute__((vector_size(64), aligned(4), may_alias));

// `vectors` columns of 16 stay in registers over all inputs; it is a constant wherever this is called.
ZOO_INLINE void columns(int vectors, const float *x, const uint32_t *row, size_t inputs, const float *weight, float *out) {
    v16 sum[4];
    for (int v = 0; v < vectors; v++) sum[v] = *(const v16 *)(out + v * LANES);
    for (size_t i = 0; i < inputs; i++) {
        const float *from = weight + row[i];
        for (int v = 0; v < vectors; v++) sum[v] += x[i] * *(const v16 *)(from + v * LANES);
    }
    for (int v = 0; v < vectors; v++) *(v16 *)(out + v * LANES) = sum[v];
}

ZOO_INLINE void add_layer(
    const float *x, size_t inputs, bool rectified, const float *weight, size_t stride, float *out) {
    float value[CHUNK];
    uint32_t row[CHUNK];
    for (size_t first = 0; first < inputs; first += CHUNK) {
        size_t end = inputs - first < CHUNK ? inputs : first + CHUNK, kept = 0;
        for (size_t i = first; i < end; i++) {
            value[kept] = x[i];
            row[kept] = (uint32_t)((i - first) * stride);
            kept += rectified ? !(x[i] <= 0) : x[i] != 0;
        }
        const float *from = weight + first * stride;
        size_t j = 0;
        for (; j + 4 * LANES <= stride; j += 4 * LANES) columns(4, value, row, kept, from + j, out + j);
        switch ((stride - j) / LANES) {
            case 3: columns(3, value, row, kept, from + j, out + j); break;
            case 2: columns(2, value, row, kept, from + j, out + j); break;
            case 1: columns(1, value, row, kept, from + j, out + j); break;
        }
    }
}

// out = bias + the products of the codes that have some.
ZOO_INLINE void add_products(
    const zoo_row_category *categories, size_t count, const int32_t *codes, const zoo_row_layer *layer, float *out) {
    for (size_t j = 0; j < layer->stride; j += LANES) {
        v16 sum = *(const v16 *)(layer->bias + j);
        for (size_t c = 0; c < count; c++) {
            const float *products = categories[c].products;
            if (products) sum += *(const v16 *)(products + (size_t)codes[c] * layer->stride + j);
        }
        *(v16 *)(out + j) = sum;
    }
}

ZOO_CLONED(void, zoo_row_layer_add,
           (const float *x, size_t inputs, bool rectified, const float *weight, size_t stride, float *out),
           (x, inputs, rectified, weight, stride, out)) {
    add_layer(x, inputs, rectified, weight, stride, out);
}

ZOO_CLONED(const float *, zoo_row_network,
           (const zoo_row_layer *layers, size_t layer_count, const zoo_row_category *categories, size_t category_count,
            const int32_t *codes, const float *values, size_t value_count, size_t widest, float *room),
           (layers, layer_count, categories, category_count, codes, values, value_count, widest, room)) {
    float *now = room, *next = room + widest;
    const zoo_row_layer *first = layers;
    add_products(categories, category_count, codes, first, now);
    for (size_t c = 0; c < category_count; c++) {
        const zoo_row_category *category = categories + c;
        if (!category->products)
            add_layer(category->vectors + (size_t)codes[c] * category->width, category->width, false,
                      first->weight + category->first * first->stride, first->stride, now);
    }
    add_layer(values, value_count, false, first->weight + (first->inputs - value_count) * first->stride, first->stride, now);
    for (size_t l = 1; l < layer_count; l++) {
        memcpy(next, layers[l].bias, layers[l].stride * sizeof(float));
        add_layer(now, layers[l].inputs, true, layers[l].weight, layers[l].stride, next);
        float *swapped = now;
        now = next;
        next = swapped;
    }
    return now;
}
