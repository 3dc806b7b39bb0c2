#ifndef ZOO_NEIGHBOURS_H
#define ZOO_NEIGHBOURS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One candidate: the higher the score the better, and of equal scores the lower row.
struct zoo_hit {
    float score;
    int32_t row;
};

// The rows of one matrix that a search runs over. Row-major [., width]; rows `first ..< first + count` are searched.
struct zoo_rows {
    const float *values;  // row 0
    const float *scale;   // one factor a row (1 / norm for the cosine), or NULL
    size_t first, count, width;
    bool squared_distance;  // score = -|x - q|^2 instead of scale * (x . q)
};

enum { ZOO_ROW_PANEL = 16, ZOO_QUERY_GROUP = 6, ZOO_ROW_BLOCK = 256 };

// scores[i] = x . q (or -|x - q|^2) of row first + i; the scale is applied too.
void zoo_score_rows(const struct zoo_rows *rows, const float *query, float *scores);

// Continues to fill `heap` (a binary heap, worst on top, `*kept` of `capacity` used) with the best rows for one query.
void zoo_nearest_rows(
    const struct zoo_rows *rows, const float *query, struct zoo_hit *heap, size_t capacity, size_t *kept);

// The same for many queries. `groups` holds them as [ceil(queries / 6)][width][6], missing ones zero;
// heap q is `heaps + q * capacity`, its size `kept[q]`; `panels` is scratch of ZOO_ROW_BLOCK * width floats.
void zoo_nearest_rows_of_many(
    const struct zoo_rows *rows, const float *groups, size_t queries, float *panels, struct zoo_hit *heaps,
    size_t capacity, size_t *kept);

// The same for all pairs of a matrix's rows, each scored once: offers the rows of the block to every row before them in the matrix, and
// those to the rows of the block. `scale` applies to both rows of a pair. `groups` holds rows 0 ..< first + count as queries,
// `heaps`, `kept` and `bars` (what a score must reach: -inf to begin with, and 16 more at the end) belong to all rows of the matrix.
void zoo_nearest_rows_of_all(
    const struct zoo_rows *rows, const float *groups, float *panels, struct zoo_hit *heaps, size_t capacity,
    size_t *kept, float *bars);

// Products of one pair in Float64: { a . b, |b|^2, |a - b|^2 }.
struct zoo_pair {
    double dot, square, distance;
};
struct zoo_pair zoo_pair_products(const float *a, const float *b, size_t width);
#endif
