#include "zoo_row_layer.h"
#include "zoo_clones.h"

enum { LANES = 16, CHUNK = 256 };
typedef float v16 __attribute__((vector_size(64), aligned(4), may_alias));

// `vectors` columns of 16 stay in registers over all inputs; it is a constant wherever this is called.
ZOO_INLINE void columns(
    int vectors, const float *x, const unsigned *place, size_t inputs, const float *weight, size_t stride, float *out) {
    v16 sum[4];
    for (int v = 0; v < vectors; v++) sum[v] = *(const v16 *)(out + v * LANES);
    for (size_t i = 0; i < inputs; i++) {
        const float *row = weight + place[i] * stride;
        for (int v = 0; v < vectors; v++) sum[v] += x[i] * *(const v16 *)(row + v * LANES);
    }
    for (int v = 0; v < vectors; v++) *(v16 *)(out + v * LANES) = sum[v];
}

ZOO_CLONED(void, zoo_row_layer,
           (const float *x, size_t inputs, bool rectified, const float *weight, size_t stride, float *out),
           (x, inputs, rectified, weight, stride, out)) {
    float value[CHUNK];
    unsigned place[CHUNK];
    for (size_t first = 0; first < inputs; first += CHUNK) {
        size_t end = inputs - first < CHUNK ? inputs : first + CHUNK, kept = 0;
        for (size_t i = first; i < end; i++) {
            value[kept] = x[i];
            place[kept] = (unsigned)(i - first);
            kept += rectified ? !(x[i] <= 0) : x[i] != 0;
        }
        const float *from = weight + first * stride;
        size_t j = 0;
        for (; j + 4 * LANES <= stride; j += 4 * LANES) columns(4, value, place, kept, from + j, stride, out + j);
        switch ((stride - j) / LANES) {
            case 3: columns(3, value, place, kept, from + j, stride, out + j); break;
            case 2: columns(2, value, place, kept, from + j, stride, out + j); break;
            case 1: columns(1, value, place, kept, from + j, stride, out + j); break;
        }
    }
}
