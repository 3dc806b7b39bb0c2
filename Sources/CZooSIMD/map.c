#include "zoo_map.h"
#include "zoo_math.h"

#include <string.h>

static const uint32_t NEW = 0x80000000u;

// SplitMix64: the numbers of a counter, so that they do not depend on who asks first.
ZOO_INLINE uint64_t mixed(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}
ZOO_INLINE size_t below(uint32_t bits, size_t n) { return (size_t)(((uint64_t)bits * (uint64_t)n) >> 32); }

ZOO_INLINE float squared_distance(const float *restrict a, const float *restrict b, size_t width) {
#pragma clang fp reassociate(on)
    float sum = 0;
    for (size_t j = 0; j < width; j++) sum += (a[j] - b[j]) * (a[j] - b[j]);
    return sum;
}

// ---- Trees

// Which side of the hyperplane halfway between rows p and q: the sign of (p - q) . (x - (p + q) / 2).
ZOO_INLINE bool is_left(const float *p, const float *q, const float *x, size_t width) {
#pragma clang fp reassociate(on)
    float to_p = 0, to_q = 0;
    for (size_t j = 0; j < width; j++) {
        to_p += (x[j] - p[j]) * (x[j] - p[j]);
        to_q += (x[j] - q[j]) * (x[j] - q[j]);
    }
    return to_p < to_q;
}

// Moves the rows that are left of a plane to the front, each side in its order, and returns how many they are.
ZOO_INLINE size_t split(
    const float *values, size_t width, const float *p, const float *q, int32_t *rows, size_t count, int32_t *scratch) {
    size_t left = 0, right = 0;
    for (size_t i = 0; i < count; i++) {
        const int32_t row = rows[i];
        if (is_left(p, q, values + (size_t)row * width, width)) {
            rows[left++] = row;
        } else {
            scratch[right++] = row;
        }
    }
    memcpy(rows + left, scratch, right * sizeof *rows);
    return left;
}

ZOO_CLONED(size_t, zoo_projection_tree,
           (const float *values, size_t count, size_t width, size_t leaf, uint64_t seed, int32_t *order, int32_t *ends,
            int32_t *scratch),
           (values, count, width, leaf, seed, order, ends, scratch)) {
    // No part has more than 15/16 of the one that it was cut from: 2^31 rows are at most 333 cuts deep.
    enum { DEPTH = 512 };
    struct { size_t first, end; } stack[DEPTH + 1];
    size_t depth = 1, parts = 0;
    for (size_t i = 0; i < count; i++) order[i] = (int32_t)i;
    stack[0].first = 0, stack[0].end = count;
    while (depth > 0) {
        const size_t first = stack[--depth].first, end = stack[depth].end, size = end - first;
        if (size <= leaf) {
            if (size > 0) ends[parts++] = (int32_t)end;
            continue;
        }
        size_t left = 0;
        for (int attempt = 0; attempt < 3; attempt++) {
            const uint64_t bits = mixed(seed += 0x9E3779B97F4A7C15u);
            const size_t p = below((uint32_t)bits, size), q = (p + 1 + below((uint32_t)(bits >> 32), size - 1)) % size;
            left = split(values, width, values + (size_t)order[first + p] * width,
                         values + (size_t)order[first + q] * width, order + first, size, scratch);
            if (left > size / 16 && left < size - size / 16) break;
            left = size / 2;  // equal rows, or a point far out
        }
        // The left part is looked at first: parts end in rising order.
        const size_t middle = first + left;
        stack[depth].first = middle, stack[depth++].end = end;
        stack[depth].first = first, stack[depth++].end = middle;
    }
    return parts;
}

// ---- Neighbours

// Puts a row into a list where it is near enough and not there yet.
ZOO_INLINE bool insert(struct zoo_near *list, size_t k, float distance, uint32_t row) {
    if (!(distance < list[k - 1].distance)) {
        // Of equal distances the lower row: what stays does not depend on the order of the offers.
        if (!(distance == list[k - 1].distance && row < (list[k - 1].row & ~NEW))) return false;
    }
    for (size_t i = 0; i < k; i++) {
        if ((list[i].row & ~NEW) == row && list[i].distance != INFINITY) return false;
    }
    size_t place = k - 1;
    while (place > 0 && (list[place - 1].distance > distance ||
                         (list[place - 1].distance == distance && (list[place - 1].row & ~NEW) > row))) {
        list[place] = list[place - 1];
        place--;
    }
    list[place] = (struct zoo_near){distance, row | NEW};
    return true;
}

ZOO_CLONED(void, zoo_join_rows, (const struct zoo_near_lists *to, const int32_t *rows, size_t count),
           (to, rows, count)) {
    const size_t width = to->width, k = to->k;
    for (size_t i = 0; i < count; i++) {
        const size_t a = (size_t)rows[i];
        for (size_t j = i + 1; j < count; j++) {
            const size_t b = (size_t)rows[j];
            const float distance = squared_distance(to->values + a * width, to->values + b * width, width);
            insert(to->lists + a * k, k, distance, (uint32_t)b);
            insert(to->lists + b * k, k, distance, (uint32_t)a);
        }
    }
}

ZOO_CLONED(size_t, zoo_explore_neighbours,
           (const struct zoo_near_lists *from, const int32_t *reverse, struct zoo_near *to, size_t first, size_t end,
            uint32_t *marks, uint32_t *stamp),
           (from, reverse, to, first, end, marks, stamp)) {
    const size_t width = from->width, k = from->k;
    size_t found = 0;
    for (size_t i = first; i < end; i++) {
        const uint32_t mark = ++*stamp;
        struct zoo_near *list = to + i * k;
        marks[i] = mark;
        for (size_t e = 0; e < k; e++) {
            if (list[e].distance != INFINITY) marks[list[e].row & ~NEW] = mark;
        }
        for (size_t e = 0; e < 2 * k; e++) {
            const uint32_t entry = e < k ? from->lists[i * k + e].row : (uint32_t)reverse[i * k + e - k];
            if (e < k ? from->lists[i * k + e].distance == INFINITY : entry == UINT32_MAX) continue;
            const size_t between = entry & ~NEW;
            for (size_t f = 0; f < 2 * k; f++) {
                const uint32_t next = f < k ? from->lists[between * k + f].row : (uint32_t)reverse[between * k + f - k];
                if (f < k ? from->lists[between * k + f].distance == INFINITY : next == UINT32_MAX) continue;
                const uint32_t row = next & ~NEW;
                if (!((entry | next) & NEW) || marks[row] == mark) continue;
                marks[row] = mark;
                const float distance =
                    squared_distance(from->values + i * width, from->values + (size_t)row * width, width);
                found += insert(list, k, distance, row);
            }
        }
    }
    return found;
}

// ---- The graph

ZOO_CLONED(void, zoo_graph_product,
           (const struct zoo_graph *graph, const float *scale, const float *x, float *y, size_t first, size_t end),
           (graph, scale, x, y, first, end)) {
    for (size_t i = first; i < end; i++) {
        float sum[4] = {0};
        for (int64_t e = graph->bounds[i]; e < graph->bounds[i + 1]; e++) {
            const size_t j = (size_t)graph->columns[e];
            const float weight = graph->weights[e] * scale[j];
            for (int c = 0; c < 4; c++) sum[c] += weight * x[4 * j + (size_t)c];
        }
        for (size_t c = 0; c < 4; c++) y[4 * i + c] = sum[c] * scale[i];
    }
}

// ---- The layout of UMAP

enum { SIDES = 4 };

// Moves a place by one point that attracts (slot 0, where `pulls`) and three that repel.
ZOO_INLINE void move(const struct zoo_layout *layout, const size_t *rows, bool pulls, size_t repelling, float *x, float *y) {
    float dx[SIDES], dy[SIDES], square[SIDES], power[SIDES], step[SIDES];
    for (int s = 0; s < SIDES; s++) {
        dx[s] = *x - layout->from[2 * rows[s]];
        dy[s] = *y - layout->from[2 * rows[s] + 1];
    }
    for (int s = 0; s < SIDES; s++) {
        square[s] = dx[s] * dx[s] + dy[s] * dy[s];
        power[s] = zoo_exp(layout->b * zoo_log(square[s]));
    }
    for (int s = 0; s < SIDES; s++) {
        const float slope = 1.0f + layout->a * power[s];
        const float pull = -2.0f * layout->a * layout->b * power[s] / (square[s] * slope);
        const float push = 2.0f * layout->b / ((0.001f + square[s]) * slope);
        step[s] = s == 0 ? (pulls ? pull : 0.0f) : (size_t)s <= repelling ? push : 0.0f;
        step[s] = square[s] > 0.0f ? step[s] : 0.0f;
    }
    float mx = 0, my = 0;
    for (int s = 0; s < SIDES; s++) {
        const float sx = step[s] * dx[s], sy = step[s] * dy[s];
        mx += sx > 4.0f ? 4.0f : sx < -4.0f ? -4.0f : sx;
        my += sy > 4.0f ? 4.0f : sy < -4.0f ? -4.0f : sy;
    }
    *x += mx * layout->rate;
    *y += my * layout->rate;
}

ZOO_CLONED(void, zoo_layout_points, (const struct zoo_layout *layout, size_t first, size_t end, size_t step),
           (layout, first, end, step)) {
    const uint64_t round = mixed(layout->seed + (uint64_t)layout->epoch * 0xD1B54A32D192ED03u);
    for (size_t i = first; i < end; i += step) {
        float x = layout->own[2 * i], y = layout->own[2 * i + 1];
        for (int64_t e = layout->graph.bounds[i]; e < layout->graph.bounds[i + 1]; e++) {
            if (!(layout->next[e] <= layout->epoch)) continue;
            layout->next[e] += layout->graph.weights[e];
            const size_t other = (size_t)layout->graph.columns[e];
            const uint64_t one = mixed(round + (uint64_t)e * 0x9E3779B97F4A7C15u);
            const uint64_t two = mixed(one + 0x9E3779B97F4A7C15u), three = mixed(two + 0x9E3779B97F4A7C15u);
            const size_t n = layout->others;
            const size_t before[SIDES] = {
                other, below((uint32_t)one, n), below((uint32_t)(one >> 32), n), below((uint32_t)two, n)};
            const size_t after[SIDES] = {other, below((uint32_t)(two >> 32), n), below((uint32_t)three, n), other};
            move(layout, before, true, 3, &x, &y);
            move(layout, after, layout->both_ways, 2, &x, &y);
        }
        layout->to[2 * i] = x;
        layout->to[2 * i + 1] = y;
    }
}

// ---- A spanning tree

enum { STRIPE = 1024 };

// Looks at the distances of the points that are left to the one that came in last, and returns the least weight of all.
ZOO_INLINE float relax(
    const float *columns, size_t stride, size_t width, const float *core, float *best, int32_t *from, size_t left,
    const float *point, float own_core, int32_t row) {
    float distance[STRIPE], least = INFINITY;
    for (size_t start = 0; start < left; start += STRIPE) {
        const size_t size = left - start < STRIPE ? left - start : STRIPE;
        for (size_t i = 0; i < size; i++) {
            const float d = columns[start + i] - point[0];
            distance[i] = d * d;
        }
        for (size_t c = 1; c < width; c++) {
            for (size_t i = 0; i < size; i++) {
                const float d = columns[c * stride + start + i] - point[c];
                distance[i] += d * d;
            }
        }
        for (size_t i = 0; i < size; i++) {
            float weight = distance[i] > core[start + i] ? distance[i] : core[start + i];
            weight = weight > own_core ? weight : own_core;
            from[start + i] = weight < best[start + i] ? row : from[start + i];
            best[start + i] = weight < best[start + i] ? weight : best[start + i];
            least = best[start + i] < least ? best[start + i] : least;
        }
    }
    return least;
}

ZOO_INLINE size_t place_of(const float *numbers, size_t count, float wanted) {
    size_t start = 0;
    for (; start + 64 <= count; start += 64) {
        int found = 0;
        for (size_t i = 0; i < 64; i++) found |= numbers[start + i] == wanted;
        if (found) break;
    }
    while (start < count && numbers[start] != wanted) start++;
    return start < count ? start : 0;
}

ZOO_CLONED(void, zoo_spanning_tree,
           (const float *points, const float *core, size_t count, size_t width, struct zoo_tree_edge *edges,
            float *scratch),
           (points, core, count, width, edges, scratch)) {
    if (count < 2) return;
    // The points that are left, column by column; the last one takes the place of one that comes in.
    float *columns = scratch, *cores = columns + count * width, *best = cores + count;
    int32_t *rows = (int32_t *)(best + count), *from = rows + count;
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < width; c++) columns[c * count + i] = points[i * width + c];
        cores[i] = core[i], best[i] = INFINITY, rows[i] = (int32_t)i, from[i] = 0;
    }
    size_t place = 0, left = count;
    for (size_t edge = 0;; edge++) {
        const int32_t row = rows[place];
        left--;
        for (size_t c = 0; c < width; c++) columns[c * count + place] = columns[c * count + left];
        cores[place] = cores[left], best[place] = best[left], rows[place] = rows[left], from[place] = from[left];
        if (left == 0) return;
        const float least =
            relax(columns, count, width, cores, best, from, left, points + (size_t)row * width, core[row], row);
        place = place_of(best, left, least);
        edges[edge] = (struct zoo_tree_edge){from[place], rows[place], least};
    }
}

// ---- t-SNE

ZOO_CLONED(double, zoo_tsne_repulsion,
           (const float *places, size_t count, size_t first, size_t end, float *forces),
           (places, count, first, end, forces)) {
    double total = 0;
    for (size_t i = first; i < end; i++) {
#pragma clang fp reassociate(on)
        float sum = 0, fx = 0, fy = 0;
        const float x = places[i], y = places[count + i];
        for (size_t j = 0; j < count; j++) {
            const float dx = x - places[j], dy = y - places[count + j];
            const float q = 1.0f / (1.0f + dx * dx + dy * dy);
            sum += q;
            fx += q * q * dx;
            fy += q * q * dy;
        }
        total += (double)(sum - 1.0f);  // without the point itself
        forces[2 * i] = fx;
        forces[2 * i + 1] = fy;
    }
    return total;
}
