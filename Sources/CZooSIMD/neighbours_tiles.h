#ifndef ZOO_NEIGHBOURS_TILES_H
#define ZOO_NEIGHBOURS_TILES_H
// What the searches for the nearest rows share: the heap of candidates, and tiles of queries by rows.
#include "zoo_neighbours.h"
#include "zoo_clones.h"

#include <math.h>
#include <string.h>

#define INLINE ZOO_INLINE

enum { LANES = 16 };
typedef float v16 __attribute__((vector_size(64)));
typedef float v16_unaligned __attribute__((vector_size(64), aligned(4), may_alias));

#define LOAD(p) ((v16) * (const v16_unaligned *)(p))

// ---- The heap: the worst candidate on top, so that one comparison rejects nearly every row.

INLINE bool worse(struct zoo_hit a, struct zoo_hit b) {
    return a.score < b.score || (a.score == b.score && a.row > b.row);
}

static inline void sift_down(struct zoo_hit *heap, size_t count, struct zoo_hit hit) {
    size_t hole = 0;
    for (size_t child = 1; child < count; child = 2 * hole + 1) {
        if (child + 1 < count && worse(heap[child + 1], heap[child])) child++;
        if (!worse(heap[child], hit)) break;
        heap[hole] = heap[child];
        hole = child;
    }
    heap[hole] = hit;
}

static inline void sift_up(struct zoo_hit *heap, size_t hole, struct zoo_hit hit) {
    while (hole > 0 && worse(hit, heap[(hole - 1) / 2])) {
        heap[hole] = heap[(hole - 1) / 2];
        hole = (hole - 1) / 2;
    }
    heap[hole] = hit;
}

static inline void offer(struct zoo_hit *heap, size_t capacity, size_t *kept, float score, size_t row) {
    struct zoo_hit hit = {score, (int32_t)row};
    if (*kept < capacity) {
        sift_up(heap, (*kept)++, hit);
    } else if (worse(heap[0], hit)) {
        sift_down(heap, capacity, hit);
    }
}

// A later row must beat this strictly: rows come in rising order, and of equals the lower stays.
INLINE float bar(const struct zoo_hit *heap, size_t capacity, size_t kept) {
    return kept < capacity ? -INFINITY : heap[0].score;
}

// ---- Tiles of 6 queries by 16 rows, rows packed column by column so that no sum is horizontal.

INLINE void pack_panel(const float *rows, size_t count, size_t width, float *panel) {
    if (count == ZOO_ROW_PANEL) {
        for (size_t j = 0; j < width; j++) {
            for (size_t r = 0; r < ZOO_ROW_PANEL; r++) panel[j * ZOO_ROW_PANEL + r] = rows[r * width + j];
        }
        return;
    }
    memset(panel, 0, ZOO_ROW_PANEL * width * sizeof(float));
    for (size_t r = 0; r < count; r++) {
        for (size_t j = 0; j < width; j++) panel[j * ZOO_ROW_PANEL + r] = rows[r * width + j];
    }
}

INLINE void score_tile(const float *group, const float *panel, size_t width, bool distance, float *scores) {
    v16 sum[ZOO_QUERY_GROUP] = {0};
    for (size_t j = 0; j < width; j++) {
        v16 x = LOAD(panel + j * ZOO_ROW_PANEL);
        for (int q = 0; q < ZOO_QUERY_GROUP; q++) {
            float y = group[j * ZOO_QUERY_GROUP + q];
            if (distance) {
                sum[q] += (x - y) * (x - y);
            } else {
                sum[q] += x * y;
            }
        }
    }
    for (int q = 0; q < ZOO_QUERY_GROUP; q++) {
        *(v16_unaligned *)(scores + q * ZOO_ROW_PANEL) = distance ? -sum[q] : sum[q];
    }
}
#endif
