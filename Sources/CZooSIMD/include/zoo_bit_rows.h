#ifndef ZOO_BIT_ROWS_H
#define ZOO_BIT_ROWS_H
#include <stddef.h>
#include <stdint.h>

// out[b * 8 + i] = how many bits of row i of block b differ from those of the query. A block has 8 rows, word by word:
// blocks[(b * words + w) * 8 + i] is word w of row i.
void zoo_bit_distances(const uint64_t *blocks, size_t count, size_t words, const uint64_t *query, uint32_t *out);
#endif
