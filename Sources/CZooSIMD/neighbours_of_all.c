#include "neighbours_tiles.h"

// All pairs of rows: every score serves two heaps.

struct all_heaps {
    struct zoo_hit *heaps;
    size_t capacity, *kept;
    float *bars;
};

static void offer_to(const struct all_heaps *all, size_t to, float score, size_t row) {
    struct zoo_hit *heap = all->heaps + to * all->capacity;
    offer(heap, all->capacity, all->kept + to, score, row);
    all->bars[to] = bar(heap, all->capacity, all->kept[to]);
}

INLINE void offer_pairs(const struct all_heaps *all, const float *line, size_t lanes, size_t query, size_t row) {
    v16 scores = LOAD(line);
    if (lanes == LANES && !__builtin_reduce_or((scores >= all->bars[query]) | (scores >= LOAD(all->bars + row)))) return;
    for (size_t lane = 0; lane < lanes; lane++) {
        if (query >= row + lane) continue;  // each pair once, and none with itself
        if (line[lane] >= all->bars[query]) offer_to(all, query, line[lane], row + lane);
        if (line[lane] >= all->bars[row + lane]) offer_to(all, row + lane, line[lane], query);
    }
}

INLINE void search_pairs(
    const struct zoo_rows *rows, const float *groups, const float *panels, bool distance, const struct all_heaps *all) {
    float scores[ZOO_QUERY_GROUP * ZOO_ROW_PANEL];
    size_t width = rows->width, end = rows->first + rows->count;
    for (size_t q0 = 0; q0 < end; q0 += ZOO_QUERY_GROUP) {
        size_t in_group = end - q0 < ZOO_QUERY_GROUP ? end - q0 : ZOO_QUERY_GROUP;
        for (size_t r0 = rows->first; r0 < end; r0 += ZOO_ROW_PANEL) {
            size_t lanes = end - r0 < ZOO_ROW_PANEL ? end - r0 : ZOO_ROW_PANEL;
            if (q0 >= r0 + lanes) continue;
            score_tile(groups + q0 * width, panels + (r0 - rows->first) * width, width, distance, scores);
            for (size_t q = 0; q < in_group; q++) {
                float *line = scores + q * ZOO_ROW_PANEL;
                if (rows->scale != NULL) {
                    for (size_t lane = 0; lane < lanes; lane++) line[lane] *= rows->scale[r0 + lane] * rows->scale[q0 + q];
                }
                offer_pairs(all, line, lanes, q0 + q, r0);
            }
        }
    }
}

ZOO_CLONED(void, zoo_nearest_rows_of_all,
           (const struct zoo_rows *rows, const float *groups, float *panels, struct zoo_hit *heaps, size_t capacity,
            size_t *kept, float *bars),
           (rows, groups, panels, heaps, capacity, kept, bars)) {
    const struct all_heaps all = {heaps, capacity, kept, bars};
    for (size_t r = 0; r < rows->count; r += ZOO_ROW_PANEL) {
        size_t lanes = rows->count - r < ZOO_ROW_PANEL ? rows->count - r : ZOO_ROW_PANEL;
        pack_panel(rows->values + (rows->first + r) * rows->width, lanes, rows->width, panels + r * rows->width);
    }
    if (rows->squared_distance) {
        search_pairs(rows, groups, panels, true, &all);
    } else {
        search_pairs(rows, groups, panels, false, &all);
    }
}
