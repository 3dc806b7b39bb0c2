#include "neighbours_tiles.h"

enum { STRIPE = 256 };
typedef float v8 __attribute__((vector_size(32)));
typedef float v4 __attribute__((vector_size(16)));
typedef float v4_unaligned __attribute__((vector_size(16), aligned(4), may_alias));

#define HALVES_ADDED(x)                                           \
    (__builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7) +      \
     __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15))
#define PAIRS_ADDED(x, y)                                         \
    (__builtin_shufflevector(x, y, 0, 2, 8, 10, 4, 6, 12, 14) +   \
     __builtin_shufflevector(x, y, 1, 3, 9, 11, 5, 7, 13, 15))

// ---- One query: four rows at a time, so that the horizontal sums are shared.

INLINE void score_four(
    const float *const row[4], size_t width, const float *query, const v16 *tail, bool distance, float *scores) {
    // tail: the query's last 16 numbers, and 1 for the columns that the full steps leave over
    const v16 tail_query = tail[0], tail_mask = tail[1];
    size_t full = width / LANES * LANES;
    if (full == 0) {
        for (int r = 0; r < 4; r++) {
            float sum = 0;
            for (size_t j = 0; j < width; j++) {
                float x = row[r][j];
                sum += distance ? (x - query[j]) * (x - query[j]) : x * query[j];
            }
            scores[r] = distance ? -sum : sum;
        }
        return;
    }
    v16 sum[4] = {0};
    for (size_t j = 0; j < full; j += LANES) {
        v16 q = LOAD(query + j);
        for (int r = 0; r < 4; r++) {
            v16 x = LOAD(row[r] + j);
            if (distance) x -= q;
            sum[r] += x * (distance ? x : q);
        }
    }
    if (full < width) {
        // The last 16 columns once more; the mask takes away those that were counted.
        for (int r = 0; r < 4; r++) {
            v16 x = LOAD(row[r] + width - LANES);
            if (distance) x = (x - tail_query) * tail_mask;
            sum[r] += x * (distance ? x : tail_query);
        }
    }
    v8 a = PAIRS_ADDED(HALVES_ADDED(sum[0]), HALVES_ADDED(sum[1]));
    v8 b = PAIRS_ADDED(HALVES_ADDED(sum[2]), HALVES_ADDED(sum[3]));
    v8 c = PAIRS_ADDED(a, b);
    v4 total = __builtin_shufflevector(c, c, 0, 1, 2, 3) + __builtin_shufflevector(c, c, 4, 5, 6, 7);
    *(v4_unaligned *)scores = distance ? -total : total;
}

INLINE void score_range(
    const struct zoo_rows *rows, size_t first, size_t count, const float *query, bool distance, float *scores) {
    size_t width = rows->width, counted = width / LANES * LANES;
    v16 tail[2] = {{0}, {0}};
    if (width >= LANES) {
        for (size_t j = 0; j < LANES; j++) tail[1][j] = width - LANES + j >= counted ? 1.0f : 0.0f;
        tail[0] = LOAD(query + width - LANES);
        if (!distance) tail[0] *= tail[1];
    }
    const float *start = rows->values + first * width;
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        const float *const row[4] = {
            start + i * width, start + (i + 1) * width, start + (i + 2) * width, start + (i + 3) * width};
        score_four(row, width, query, tail, distance, scores + i);
    }
    if (i < count) {
        // The same arithmetic for the last rows, so that equal rows have equal scores.
        const float *row[4];
        float last[4];
        for (size_t r = 0; r < 4; r++) row[r] = start + (i + r < count ? i + r : count - 1) * width;
        score_four(row, width, query, tail, distance, last);
        memcpy(scores + i, last, (count - i) * sizeof(float));
    }
    if (rows->scale != NULL) {
        for (size_t r = 0; r < count; r++) scores[r] *= rows->scale[first + r];
    }
}

ZOO_CLONED(void, zoo_score_rows,
           (const struct zoo_rows *rows, const float *query, float *scores),
           (rows, query, scores)) {
    if (rows->squared_distance) {
        score_range(rows, rows->first, rows->count, query, true, scores);
    } else {
        score_range(rows, rows->first, rows->count, query, false, scores);
    }
}

INLINE void offer_stripe(
    const float *scores, size_t count, size_t first, struct zoo_hit *heap, size_t capacity, size_t *kept) {
    for (size_t i = 0; i < count; i += LANES) {
        size_t lanes = count - i < LANES ? count - i : LANES;
        float limit = bar(heap, capacity, *kept);
        if (lanes == LANES && !__builtin_reduce_or(LOAD(scores + i) > limit)) continue;
        for (size_t lane = 0; lane < lanes; lane++) {
            if (scores[i + lane] > bar(heap, capacity, *kept)) {
                offer(heap, capacity, kept, scores[i + lane], first + i + lane);
            }
        }
    }
}

ZOO_CLONED(void, zoo_nearest_rows,
           (const struct zoo_rows *rows, const float *query, struct zoo_hit *heap, size_t capacity, size_t *kept),
           (rows, query, heap, capacity, kept)) {
    float scores[STRIPE];
    size_t end = rows->first + rows->count;
    for (size_t first = rows->first; first < end; first += STRIPE) {
        size_t count = end - first < STRIPE ? end - first : STRIPE;
        if (rows->squared_distance) {
            score_range(rows, first, count, query, true, scores);
        } else {
            score_range(rows, first, count, query, false, scores);
        }
        offer_stripe(scores, count, first, heap, capacity, kept);
    }
}

// ---- Many queries: rows packed column by column, so that no sum is horizontal.

INLINE void search_block(
    const struct zoo_rows *rows, size_t first, size_t count, const float *groups, size_t queries, const float *panels,
    bool distance, struct zoo_hit *heaps, size_t capacity, size_t *kept) {
    float scores[ZOO_QUERY_GROUP * ZOO_ROW_PANEL];
    size_t width = rows->width;
    for (size_t q0 = 0; q0 < queries; q0 += ZOO_QUERY_GROUP) {
        size_t in_group = queries - q0 < ZOO_QUERY_GROUP ? queries - q0 : ZOO_QUERY_GROUP;
        for (size_t r0 = 0; r0 < count; r0 += ZOO_ROW_PANEL) {
            size_t lanes = count - r0 < ZOO_ROW_PANEL ? count - r0 : ZOO_ROW_PANEL;
            score_tile(groups + q0 * width, panels + r0 * width, width, distance, scores);
            for (size_t q = 0; q < in_group; q++) {
                float *line = scores + q * ZOO_ROW_PANEL;
                if (rows->scale != NULL) {
                    for (size_t lane = 0; lane < lanes; lane++) line[lane] *= rows->scale[first + r0 + lane];
                }
                offer_stripe(line, lanes, first + r0, heaps + (q0 + q) * capacity, capacity, kept + q0 + q);
            }
        }
    }
}

ZOO_CLONED(void, zoo_nearest_rows_of_many,
           (const struct zoo_rows *rows, const float *groups, size_t queries, float *panels, struct zoo_hit *heaps,
            size_t capacity, size_t *kept),
           (rows, groups, queries, panels, heaps, capacity, kept)) {
    size_t end = rows->first + rows->count, width = rows->width;
    for (size_t first = rows->first; first < end; first += ZOO_ROW_BLOCK) {
        size_t count = end - first < ZOO_ROW_BLOCK ? end - first : ZOO_ROW_BLOCK;
        for (size_t r = 0; r < count; r += ZOO_ROW_PANEL) {
            size_t lanes = count - r < ZOO_ROW_PANEL ? count - r : ZOO_ROW_PANEL;
            pack_panel(rows->values + (first + r) * width, lanes, width, panels + r * width);
        }
        if (rows->squared_distance) {
            search_block(rows, first, count, groups, queries, panels, true, heaps, capacity, kept);
        } else {
            search_block(rows, first, count, groups, queries, panels, false, heaps, capacity, kept);
        }
    }
}

ZOO_CLONED(struct zoo_pair, zoo_pair_products, (const float *a, const float *b, size_t width), (a, b, width)) {
#pragma clang fp reassociate(on)
    double dot = 0, square = 0, distance = 0;
    for (size_t j = 0; j < width; j++) {
        double x = a[j], y = b[j];
        dot += x * y;
        square += y * y;
        distance += (x - y) * (x - y);
    }
    return (struct zoo_pair){dot, square, distance};
}
