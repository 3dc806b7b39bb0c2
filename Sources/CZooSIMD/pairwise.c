#include "zoo_pairwise.h"
#include "zoo_clones.h"

#include <math.h>

// Vectors never cross a call: everything below is inlined into a function that has the instructions.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float v16 __attribute__((vector_size(64), aligned(4), may_alias));

// How many steps before its use a row is fetched from memory.
enum { AHEAD = 4 };

ZOO_INLINE void fetch(const float *row, size_t stride) {
    for (size_t j = 0; j < stride; j += 16) __builtin_prefetch(row + j, 1);
}

ZOO_CLONED(double, zoo_learn_preferences,
           (const zoo_preference *preferences, size_t count, size_t stride, float *users, float *items, float rate, float
            decay),
           (preferences, count, stride, users, items, rate, decay)) {
    const size_t vectors = stride / 16;
    const float keep = 1 - rate * decay;
    double total = 0;
    for (size_t n = 0; n < count; n++) {
        if (n + AHEAD < count) {
            const zoo_preference next = preferences[n + AHEAD];
            fetch(users + (size_t)next.user * stride, stride);
            fetch(items + (size_t)next.chosen * stride, stride);
            fetch(items + (size_t)next.other * stride, stride);
        }
        v16 *p = (v16 *)(users + (size_t)preferences[n].user * stride);
        v16 *chosen = (v16 *)(items + (size_t)preferences[n].chosen * stride);
        v16 *other = (v16 *)(items + (size_t)preferences[n].other * stride);
        v16 products = {0};
        for (size_t j = 0; j < vectors; j++) products += p[j] * (chosen[j] - other[j]);
        float difference = 0;
        for (int lane = 0; lane < 16; lane++) difference += products[lane];
        // exp never overflows; log1p(exp(-|x|)) + max(-x, 0) is -log sigmoid(x).
        const float tail = expf(-fabsf(difference));
        total += (double)(log1pf(tail) + (difference < 0 ? -difference : 0));
        const float step = rate * (difference < 0 ? 1 : tail) / (1 + tail);
        for (size_t j = 0; j < vectors; j++) {
            const v16 old = p[j], a = chosen[j], b = other[j];
            p[j] = keep * old + step * (a - b);
            chosen[j] = keep * a + step * old;
            other[j] = keep * b - step * old;
        }
        ((float *)p)[stride - 1] = 1;
    }
    return total;
}
