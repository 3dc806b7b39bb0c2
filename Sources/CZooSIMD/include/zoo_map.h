#ifndef ZOO_MAP_H
#define ZOO_MAP_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A neighbour of a point: its row, and whether it was found since its neighbours were last looked at.
struct zoo_near {
    float distance;  // squared, Euclidean
    uint32_t row;    // in the lower 31 bits; the highest is 1 for a new one
};

// The lists of all points, [count][k], nearest first; places that are not filled have distance INFINITY.
struct zoo_near_lists {
    const float *values;  // [count][width]
    size_t count, width, k;
    struct zoo_near *lists;
};

// Splits rows by hyperplanes between two rows drawn at random until no part has more than `leaf`. `order` [count] holds the rows,
// a part beside the other; `ends` gets where each part ends. Returns the number of parts. `scratch` has room for count rows.
size_t zoo_projection_tree(
    const float *values, size_t count, size_t width, size_t leaf, uint64_t seed, int32_t *order, int32_t *ends,
    int32_t *scratch);

// Offers all pairs of `rows` to each other's lists.
void zoo_join_rows(const struct zoo_near_lists *to, const int32_t *rows, size_t count);

// Offers points first ..< end the neighbours of their neighbours in `from`, both ways: `reverse` [count][k] holds who has a point as
// neighbour, -1 for none. What is written is only the lists `to` of those points. `marks` [count] is scratch of zeros at first,
// `stamp` a number that grows from call to call with the same marks. Returns how many entries came in.
size_t zoo_explore_neighbours(
    const struct zoo_near_lists *from, const int32_t *reverse, struct zoo_near *to, size_t first, size_t end,
    uint32_t *marks, uint32_t *stamp);

// One matrix of a graph in rows: the columns and weights of row i are bounds[i] ..< bounds[i + 1].
struct zoo_graph {
    const int64_t *bounds;
    const int32_t *columns;
    const float *weights;
};

// y = (scale_i scale_j w_ij) x for rows first ..< end; x and y are [.][4].
void zoo_graph_product(
    const struct zoo_graph *graph, const float *scale, const float *x, float *y, size_t first, size_t end);

// How a map of two dimensions is laid out.
struct zoo_layout {
    struct zoo_graph graph;   // the weights are epochs from one sample of an edge to the next
    float *next;              // the epoch of each edge's next sample
    const float *from;        // places [.][2] of the points that the edges lead to, and of those that repel
    float *to;                // places [.][2] of the points that move
    const float *own;         // where those are now: `from` in a fit, else `to`
    size_t others;            // how many points repel
    float a, b, rate;         // the curve, and the step of this epoch
    bool both_ways;           // whether an edge is in the graph twice, and pulls at both ends each time
    float epoch;
    uint64_t seed;
};

// Moves points first, first + step, ... below end by the edges that are due: only their own places are written.
void zoo_layout_points(const struct zoo_layout *layout, size_t first, size_t end, size_t step);

// A spanning tree of least weight of points [count][width] by their mutual reachability: the greatest of the distance and of both
// core distances, all squared. Edges [count - 1] come in the order of Prim's algorithm; `scratch` has room for count * (width + 4).
struct zoo_tree_edge {
    int32_t from, to;
    float weight;
};
void zoo_spanning_tree(
    const float *points, const float *core, size_t count, size_t width, struct zoo_tree_edge *edges, float *scratch);

// Forces of t-SNE on points first ..< end from all pairs, places [2][count]: repulsion [.][2] without its normaliser; returns the sum of 1 / (1 + d^2).
double zoo_tsne_repulsion(const float *places, size_t count, size_t first, size_t end, float *forces);
#endif
