#include "zoo_map.h"
#include "map_numbers.h"

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
