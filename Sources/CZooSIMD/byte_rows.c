#include "zoo_byte_rows.h"
#include "zoo_clones.h"

// The pattern that compilers turn into multiplications of 16-bit pairs (pmaddwd), a block of 32 at a time.
ZOO_CLONED(void, zoo_byte_products,
           (const int8_t *rows, size_t count, size_t width, const int16_t *query, int32_t *out),
           (rows, count, width, query, out)) {
    for (size_t i = 0; i < count; i++) {
        const int8_t *row = rows + i * width;
        int32_t sum = 0;
        for (size_t j = 0; j < width; j++) sum += (int32_t)row[j] * (int32_t)query[j];
        out[i] = sum;
    }
}
