// Steps of recurrent layers for one instruction set; included once for each by recurrent.c, as gemm_tiles.h is by gemm.c.
// A step works on WIDTH units of all gates: their products stay in the first-level cache until the gates are applied.
#include "gemm_tile.h"

#define WIDTH (2 * LANES)

#define PRODUCT_CASE(R) \
    case R: NAME(tile)(R, 2, a, row_step, 1, panel, WIDTH, k, out); break;

// out[rows, WIDTH] = A[rows, k] x panel[k, WIDTH]
static void NAME(product)(size_t rows, const float *a, size_t row_step, const float *panel, size_t k,
                          NAME(vec) out[ROWS][2]) {
    switch (rows) {
        PRODUCT_CASE(1) PRODUCT_CASE(2) PRODUCT_CASE(3) PRODUCT_CASE(4) PRODUCT_CASE(5) PRODUCT_CASE(6)
#if ROWS > 6
        PRODUCT_CASE(7) PRODUCT_CASE(8) PRODUCT_CASE(9) PRODUCT_CASE(10) PRODUCT_CASE(11) PRODUCT_CASE(12)
#endif
    }
}

// packed[gate][block][k][WIDTH] = U[gate * hidden + unit][k]
static void NAME(pack_forward)(int cell, const float *u, size_t hidden, size_t block, float *packed) {
    const size_t blocks = (hidden + WIDTH - 1) / WIDTH, first = block * WIDTH;
    const size_t columns = hidden - first < WIDTH ? hidden - first : WIDTH;
    for (size_t gate = 0; gate < product_count(cell); gate++) {
        float *panel = packed + (gate * blocks + block) * hidden * WIDTH;
        const float *rows = u + (gate * hidden + first) * hidden;
        if (columns < WIDTH) __builtin_memset(panel, 0, hidden * WIDTH * sizeof(float));
        // Short runs of k, so that what is written column by column stays in the first-level cache.
        for (size_t start = 0; start < hidden; start += 64) {
            const size_t end = start + 64 < hidden ? start + 64 : hidden;
            for (size_t x = 0; x < columns; x++)
                for (size_t k = start; k < end; k++) panel[k * WIDTH + x] = rows[x * hidden + k];
        }
    }
}

// packed[block][k][WIDTH] = U[k][unit], k over all rows of U
static void NAME(pack_backward)(int cell, const float *u, size_t hidden, size_t block, float *packed) {
    const size_t depth = product_count(cell) * hidden, first = block * WIDTH;
    const size_t columns = hidden - first < WIDTH ? hidden - first : WIDTH;
    float *panel = packed + block * depth * WIDTH;
    for (size_t k = 0; k < depth; k++) {
        for (size_t x = 0; x < columns; x++) panel[k * WIDTH + x] = u[k * hidden + first + x];
        for (size_t x = columns; x < WIDTH; x++) panel[k * WIDTH + x] = 0;
    }
}

// The gates of one row: `columns` units from `unit` on, whose products with the state are in `product`.
ZOO_INLINE void NAME(apply_gates)(const zoo_recurrent_forward *s, size_t row, size_t unit, size_t columns,
                                  const float (*product)[WIDTH]) {
    const size_t hidden = s->hidden;
    float *restrict gates = s->gates + row * s->stride + unit;
    const float *restrict bias = s->bias + unit;
    float *restrict output = s->output + row * hidden + unit;
    float *restrict next = s->next + row * s->state_stride + unit;
    const float *restrict p0 = product[0], *restrict p1 = product[1], *restrict p2 = product[2], *restrict p3 = product[3];
    switch (s->cell) {
        case ZOO_RNN:
        case ZOO_RECTIFIED_RNN:
            for (size_t x = 0; x < columns; x++) {
                const float sum = gates[x] + bias[x] + p0[x];
                const float h = s->cell == ZOO_RNN ? zoo_tanh(sum) : (sum > 0 || sum != sum ? sum : 0);
                gates[x] = h;
                output[x] = h;
                next[x] = h;
            }
            return;
        case ZOO_GRU: {
            const float *restrict state = s->state + row * s->state_stride + unit;
            float *restrict g1 = gates + hidden, *restrict g2 = g1 + hidden, *restrict g3 = g2 + hidden;
            const float *restrict b1 = bias + hidden, *restrict b2 = b1 + hidden, *restrict b3 = b2 + hidden;
            for (size_t x = 0; x < columns; x++) {
                const float r = zoo_sigmoid(gates[x] + bias[x] + p0[x]);
                const float z = zoo_sigmoid(g1[x] + b1[x] + p1[x]);
                const float inner = b2[x] + p2[x];
                const float n = zoo_tanh(g3[x] + b3[x] + r * inner);
                const float h = (1 - z) * n + z * state[x];
                gates[x] = r;
                g1[x] = z;
                g2[x] = inner;
                g3[x] = n;
                output[x] = h;
                next[x] = h;
            }
            return;
        }
        case ZOO_LSTM: {
            const float *restrict before = s->cell_before + row * hidden + unit;
            float *restrict after = s->cell_after + row * hidden + unit;
            float *restrict g1 = gates + hidden, *restrict g2 = g1 + hidden, *restrict g3 = g2 + hidden;
            const float *restrict b1 = bias + hidden, *restrict b2 = b1 + hidden, *restrict b3 = b2 + hidden;
            for (size_t x = 0; x < columns; x++) {
                const float i = zoo_sigmoid(gates[x] + bias[x] + p0[x]);
                const float f = zoo_sigmoid(g1[x] + b1[x] + p1[x]);
                const float g = zoo_tanh(g2[x] + b2[x] + p2[x]);
                const float o = zoo_sigmoid(g3[x] + b3[x] + p3[x]);
                const float c = f * before[x] + i * g;
                const float h = o * zoo_tanh(c);
                gates[x] = i;
                g1[x] = f;
                g2[x] = g;
                g3[x] = o;
                after[x] = c;
                output[x] = h;
                next[x] = h;
            }
        }
    }
}

static void NAME(forward_units)(const zoo_recurrent_forward *s, size_t block) {
    const size_t hidden = s->hidden, blocks = (hidden + WIDTH - 1) / WIDTH, unit = block * WIDTH;
    const size_t columns = hidden - unit < WIDTH ? hidden - unit : WIDTH, gates = product_count(s->cell);
    const size_t parts = (s->batch + ROWS - 1) / ROWS;
    NAME(vec) products[4][ROWS][2];
    float row_products[4][WIDTH];
    for (size_t part = 0; part < parts; part++) {
        const size_t first = part * s->batch / parts, rows = (part + 1) * s->batch / parts - first;
        for (size_t gate = 0; gate < gates; gate++)
            NAME(product)(rows, s->state + first * s->state_stride, s->state_stride,
                          s->packed + (gate * blocks + block) * hidden * WIDTH, hidden, products[gate]);
        for (size_t r = 0; r < rows; r++) {
            for (size_t gate = 0; gate < gates; gate++)
                __builtin_memcpy(row_products[gate], products[gate][r], sizeof row_products[gate]);
            if (columns == WIDTH)
                NAME(apply_gates)(s, first + r, unit, WIDTH, row_products);
            else
                NAME(apply_gates)(s, first + r, unit, columns, row_products);
        }
    }
}

// The gradients of one row's gates from `slope`, what the steps after give the state [WIDTH].
ZOO_INLINE void NAME(pass_gates)(const zoo_recurrent_backward *s, size_t row, size_t unit, size_t columns,
                                 float *restrict slope) {
    const size_t hidden = s->hidden, at = row * hidden + unit;
    if (s->output_gradient)
        for (size_t x = 0; x < columns; x++) slope[x] += s->output_gradient[at + x];
    if (s->last_gradient)
        for (size_t x = 0; x < columns; x++) slope[x] += s->last_gradient[at + x];
    float *restrict gates = s->gates + row * s->stride + unit;
    float *restrict sum0 = s->bias_gradient + unit;
    switch (s->cell) {
        case ZOO_RNN:
        case ZOO_RECTIFIED_RNN:
            for (size_t x = 0; x < columns; x++) {
                const float h = gates[x];
                const float d = s->cell == ZOO_RNN ? slope[x] * (1 - h * h) : (h > 0 ? slope[x] : 0);
                gates[x] = d;
                sum0[x] += d;
            }
            return;
        case ZOO_GRU: {
            const float *restrict before = s->state_before + at;
            float *restrict carry = s->carry + at;
            float *restrict g1 = gates + hidden, *restrict g2 = g1 + hidden, *restrict g3 = g2 + hidden;
            float *restrict sum1 = sum0 + hidden, *restrict sum2 = sum1 + hidden, *restrict sum3 = sum2 + hidden;
            for (size_t x = 0; x < columns; x++) {
                const float r = gates[x], z = g1[x], inner = g2[x], n = g3[x], dh = slope[x] + carry[x];
                const float dn = dh * (1 - z) * (1 - n * n);
                const float dz = dh * (before[x] - n) * z * (1 - z);
                const float dr = dn * inner * r * (1 - r);
                const float di = dn * r;
                carry[x] = dh * z;
                gates[x] = dr;
                g1[x] = dz;
                g2[x] = di;
                g3[x] = dn;
                sum0[x] += dr;
                sum1[x] += dz;
                sum2[x] += di;
                sum3[x] += dn;
            }
            return;
        }
        case ZOO_LSTM: {
            const float *restrict before = s->cell_before + at, *restrict after = s->cell_after + at;
            float *restrict carry = s->carry + at;
            float *restrict g1 = gates + hidden, *restrict g2 = g1 + hidden, *restrict g3 = g2 + hidden;
            float *restrict sum1 = sum0 + hidden, *restrict sum2 = sum1 + hidden, *restrict sum3 = sum2 + hidden;
            for (size_t x = 0; x < columns; x++) {
                const float i = gates[x], f = g1[x], g = g2[x], o = g3[x], dh = slope[x], t = zoo_tanh(after[x]);
                const float dc = carry[x] + dh * o * (1 - t * t);
                const float di = dc * g * i * (1 - i);
                const float df = dc * before[x] * f * (1 - f);
                const float dg = dc * i * (1 - g * g);
                const float d_o = dh * t * o * (1 - o);
                carry[x] = dc * f;
                gates[x] = di;
                g1[x] = df;
                g2[x] = dg;
                g3[x] = d_o;
                sum0[x] += di;
                sum1[x] += df;
                sum2[x] += dg;
                sum3[x] += d_o;
            }
        }
    }
}

static void NAME(backward_units)(const zoo_recurrent_backward *s, size_t block) {
    const size_t hidden = s->hidden, depth = product_count(s->cell) * hidden, unit = block * WIDTH;
    const size_t columns = hidden - unit < WIDTH ? hidden - unit : WIDTH;
    const size_t parts = (s->batch + ROWS - 1) / ROWS;
    NAME(vec) products[ROWS][2];
    float slope[WIDTH];
    for (size_t part = 0; part < parts; part++) {
        const size_t first = part * s->batch / parts, rows = (part + 1) * s->batch / parts - first;
        if (s->later)
            NAME(product)(rows, s->later + first * s->stride, s->stride, s->packed + block * depth * WIDTH, depth, products);
        for (size_t r = 0; r < rows; r++) {
            if (s->later)
                __builtin_memcpy(slope, products[r], sizeof slope);
            else
                __builtin_memset(slope, 0, sizeof slope);
            if (!s->gates) {
                const size_t at = (first + r) * hidden + unit;
                for (size_t x = 0; x < columns; x++)
                    s->state_gradient[at + x] = slope[x] + (s->cell == ZOO_GRU ? s->carry[at + x] : 0);
            } else if (columns == WIDTH) {
                NAME(pass_gates)(s, first + r, unit, WIDTH, slope);
            } else {
                NAME(pass_gates)(s, first + r, unit, columns, slope);
            }
        }
    }
}

#undef PRODUCT_CASE
#undef WIDTH
