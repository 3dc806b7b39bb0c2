// Tiles of convolution for one instruction set; included once for each by convolution.c, which defines NAME(x), LANES and
// ROWS as for gemm_tiles.h: ROWS x 2 accumulators, 2 columns of weights and one element of the image fill the registers.

typedef float NAME(vec) __attribute__((vector_size(LANES * 4), aligned(4)));
typedef int NAME(mask) __attribute__((vector_size(LANES * 4), aligned(4)));
enum { NAME(WIDTH) = 2 * LANES };

// Between 0 and 6, or above 0. What is not a number stays that, unlike with __builtin_elementwise_max.
static inline __attribute__((always_inline)) NAME(vec) NAME(above)(NAME(vec) x) {
    return (NAME(vec))((NAME(mask))x & ~(x < 0.0f));
}

static inline __attribute__((always_inline)) NAME(vec) NAME(within)(NAME(vec) x) {
    const NAME(vec) zero = {0}, six = zero + 6.0f, y = NAME(above)(x);
    const NAME(mask) isAbove = y > six;
    return (NAME(vec))(((NAME(mask))six & isAbove) | ((NAME(mask))y & ~isAbove));
}

static inline __attribute__((always_inline)) NAME(vec) NAME(activate)(int activation, NAME(vec) x) {
    switch (activation) {
        case ZOO_ACTIVATE_RELU: return NAME(above)(x);
        case ZOO_ACTIVATE_RELU6: return NAME(within)(x);
        case ZOO_ACTIVATE_HARD_SWISH: return x * NAME(within)(x + 3.0f) / 6.0f;
        default: return x;
    }
}

#include "activation_tiles.h"

// Adds bias and residual, activates and stores one vector of which `count` lanes are real.
static inline __attribute__((always_inline)) void NAME(finish)(
    const zoo_convolution_block *p, NAME(vec) sum, size_t column, size_t count, ptrdiff_t at) {
    if (count >= LANES) {
        if (p->bias) sum += *(const NAME(vec) *)(p->bias + column);
        if (p->residual) sum += *(const NAME(vec) *)(p->residual + at);
        *(NAME(vec) *)(p->out + at) = NAME(activate)(p->activation, sum);
        return;
    }
    NAME(vec) extra = {0};
    for (size_t c = 0; c < count; c++)
        extra[c] = (p->bias ? p->bias[column + c] : 0) + (p->residual ? p->residual[at + (ptrdiff_t)c] : 0);
    sum = NAME(activate)(p->activation, sum + extra);
    for (size_t c = 0; c < count; c++) p->out[at + (ptrdiff_t)c] = sum[c];
}

// One tile: `pixels` neighbours in a row by `vectors` registers of columns. Both are constants at every call.
static inline __attribute__((always_inline)) void NAME(tile)(
    const size_t pixels, const size_t vectors, const zoo_convolution_block *p, const float *x, const float *w,
    size_t column, ptrdiff_t at) {
    NAME(vec) sum[ROWS][2];
#pragma clang loop unroll(full)
    for (size_t r = 0; r < pixels; r++)
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) sum[r][v] = (NAME(vec)){0};
    const ptrdiff_t step = p->x_step;
    for (size_t t = 0; t < p->taps; t++) {
        const float *a = x + p->offsets[t];
        for (size_t k = p->depth; k > 0; k--, a++, w += NAME(WIDTH)) {
            NAME(vec) weight[2];
#pragma clang loop unroll(full)
            for (size_t v = 0; v < vectors; v++) weight[v] = *(const NAME(vec) *)(w + v * LANES);
#pragma clang loop unroll(full)
            for (size_t r = 0; r < pixels; r++) {
                const NAME(vec) element = a[(ptrdiff_t)r * step] - (NAME(vec)){0};
#pragma clang loop unroll(full)
                for (size_t v = 0; v < vectors; v++) sum[r][v] += element * weight[v];
            }
        }
    }
#pragma clang loop unroll(full)
    for (size_t r = 0; r < pixels; r++)
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) {
            const size_t c = column + v * LANES;
            NAME(finish)(p, sum[r][v], c, p->columns - c, at + (ptrdiff_t)r * p->out_step + (ptrdiff_t)c);
        }
}

#define TILE_CASE(R)                                                          \
    case R:                                                                   \
        if (wide) NAME(tile)(R, 2, p, x, w, column, at);                      \
        else NAME(tile)(R, 1, p, x, w, column, at);                           \
        break;

static void NAME(convolve)(const zoo_convolution_block *p, size_t first, size_t last) {
    // Pixels in equal shares, so that no tile is left with one or two and an idle multiplier.
    const size_t parts = (p->pixels + ROWS - 1) / ROWS;
    for (size_t panel = first; panel < last; panel++) {
        const size_t column = panel * NAME(WIDTH);
        const int wide = p->columns - column > LANES;
        const float *w = p->panels + panel * p->taps * p->depth * NAME(WIDTH);
        for (size_t row = 0; row < p->rows; row++)
            for (size_t part = 0; part < parts; part++) {
                const size_t start = part * p->pixels / parts, count = (part + 1) * p->pixels / parts - start;
                const float *x = p->x + (ptrdiff_t)row * p->x_row + (ptrdiff_t)start * p->x_step;
                const ptrdiff_t at = (ptrdiff_t)row * p->out_row + (ptrdiff_t)start * p->out_step;
                switch (count) {
                    TILE_CASE(1) TILE_CASE(2) TILE_CASE(3) TILE_CASE(4) TILE_CASE(5) TILE_CASE(6)
#if ROWS > 6
                    TILE_CASE(7) TILE_CASE(8) TILE_CASE(9) TILE_CASE(10) TILE_CASE(11) TILE_CASE(12) TILE_CASE(13)
                    TILE_CASE(14)
#endif
                }
                if (p->activation >= ZOO_ACTIVATE_SILU)
                    for (size_t r = 0; r < count; r++)
                        NAME(smooth)(p->activation, p->out + at + (ptrdiff_t)r * p->out_step + (ptrdiff_t)column,
                                     p->columns - column < NAME(WIDTH) ? p->columns - column : NAME(WIDTH));
            }
    }
}
#undef TILE_CASE

// One tile of outer products: `depth` rows by `vectors` registers of columns.
static inline __attribute__((always_inline)) void NAME(outer_tile)(
    const size_t depth, const size_t vectors, const zoo_outer_products *p, size_t k, size_t column, size_t count) {
    NAME(vec) sum[ROWS][2];
#pragma clang loop unroll(full)
    for (size_t r = 0; r < depth; r++)
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) sum[r][v] = (NAME(vec)){0};
    // Columns past the last are read with those before it, so that no load leaves the image.
    const size_t shift = count < LANES * vectors ? LANES * vectors - count : 0;
    const float *y_image = p->y + column - shift, *x_image = p->x + k;
    for (size_t image = 0; image < p->images; image++, x_image += p->x_image, y_image += p->y_image)
        for (size_t row = 0; row < p->rows; row++) {
            const float *x = x_image + (ptrdiff_t)row * p->x_row, *y = y_image + (ptrdiff_t)row * p->y_row;
            for (size_t i = p->pixels; i > 0; i--, x += p->x_step, y += p->y_step) {
                NAME(vec) gradient[2];
#pragma clang loop unroll(full)
                for (size_t v = 0; v < vectors; v++) gradient[v] = *(const NAME(vec) *)(y + v * LANES);
#pragma clang loop unroll(full)
                for (size_t r = 0; r < depth; r++) {
                    const NAME(vec) element = x[r] - (NAME(vec)){0};
#pragma clang loop unroll(full)
                    for (size_t v = 0; v < vectors; v++) sum[r][v] += element * gradient[v];
                }
            }
        }
    NAME(vec) out[ROWS][2];
#pragma clang loop unroll(full)
    for (size_t r = 0; r < depth; r++)
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) out[r][v] = sum[r][v];
    for (size_t r = 0; r < depth; r++) {
        float *to = p->sums + (ptrdiff_t)(k + r) * p->sums_row + column;
        const float *from = (const float *)out[r] + shift;
        for (size_t c = 0; c < count; c++) to[c] += from[c];
    }
}

// The same for fewer columns than a register holds.
static void NAME(outer_narrow)(const zoo_outer_products *p, size_t k, size_t depth, size_t column, size_t count) {
    for (size_t image = 0; image < p->images; image++)
        for (size_t row = 0; row < p->rows; row++)
            for (size_t i = 0; i < p->pixels; i++) {
                const float *x = p->x + (ptrdiff_t)image * p->x_image + (ptrdiff_t)row * p->x_row + (ptrdiff_t)i * p->x_step;
                const float *y = p->y + (ptrdiff_t)image * p->y_image + (ptrdiff_t)row * p->y_row + (ptrdiff_t)i * p->y_step;
                for (size_t r = k; r < k + depth; r++)
                    for (size_t c = column; c < column + count; c++) p->sums[(ptrdiff_t)r * p->sums_row + (ptrdiff_t)c] += x[r] * y[c];
            }
}

#define TILE_CASE(R)                                                          \
    case R:                                                                   \
        if (wide) NAME(outer_tile)(R, 2, p, k, column, count);                \
        else NAME(outer_tile)(R, 1, p, k, column, count);                     \
        break;

static void NAME(outer_products)(const zoo_outer_products *p, size_t first, size_t last) {
    const size_t parts = (p->depth + ROWS - 1) / ROWS;
    for (size_t column = first; column < last; column += NAME(WIDTH)) {
        const size_t count = last - column < NAME(WIDTH) ? last - column : NAME(WIDTH);
        const int wide = count > LANES;
        // A tile reads whole registers that end at its last column: they must not begin before column 0.
        const int narrow = column + count < (wide ? NAME(WIDTH) : LANES);
        for (size_t part = 0; part < parts; part++) {
            const size_t k = part * p->depth / parts, depth = (part + 1) * p->depth / parts - k;
            if (narrow) {
                NAME(outer_narrow)(p, k, depth, column, count);
                continue;
            }
            switch (depth) {
                TILE_CASE(1) TILE_CASE(2) TILE_CASE(3) TILE_CASE(4) TILE_CASE(5) TILE_CASE(6)
#if ROWS > 6
                TILE_CASE(7) TILE_CASE(8) TILE_CASE(9) TILE_CASE(10) TILE_CASE(11) TILE_CASE(12) TILE_CASE(13)
                TILE_CASE(14)
#endif
            }
        }
    }
}
#undef TILE_CASE

static void NAME(pack)(int order, const float *weights, size_t outputs, size_t inputs, size_t taps, const size_t *used,
                       size_t used_count, size_t panel, float *to) {
    const int forward = order == ZOO_PACK_FORWARD;
    const size_t columns = forward ? outputs : inputs, depth = forward ? inputs : outputs;
    const size_t column = panel * NAME(WIDTH);
    const size_t count = columns - column < NAME(WIDTH) ? columns - column : NAME(WIDTH);
    const size_t depth_step = (forward ? 1 : inputs) * taps, column_step = (forward ? inputs : 1) * taps;
    if (count < NAME(WIDTH)) __builtin_memset(to, 0, used_count * depth * NAME(WIDTH) * sizeof(float));
    const float *from = weights + column * column_step;
    for (size_t k = 0; k < depth; k++)
        for (size_t c = 0; c < count; c++) {
            const float *element = from + k * depth_step + c * column_step;
            for (size_t t = 0; t < used_count; t++) to[(t * depth + k) * NAME(WIDTH) + c] = element[used[t]];
        }
}
