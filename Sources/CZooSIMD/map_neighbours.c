#include "zoo_map.h"
#include "map_numbers.h"

#include <string.h>

static const uint32_t NEW = 0x80000000u;

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
