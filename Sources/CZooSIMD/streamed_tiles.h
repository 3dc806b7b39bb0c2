// Steps of streamed layers for one instruction set; included once for each by streamed.c, which defines
//   NAME(x)        the name of a function of this set
//   WIDEN(p, to)   16 floats from 16 half-precision numbers
//   NARROW(x)      the bits of the half-precision number nearest to a float, kept finite

// sum[g][lane] += sum over k of x[k] * weights[k][g][lane]; `gates` and `half` are constants at every call. The sums of
// neighbouring k are kept apart, so that a sum need not wait for the one before it.
ZOO_INLINE const char *NAME(stream)(const size_t gates, const bool half, const char *weights, const float *x, size_t count,
                                    lanes sum[4]) {
    enum { STEPS = 4 };
    const size_t size = half ? 2 : 4, bytes = ZOO_STREAMED_LANES * size;
    const size_t steps = gates == 1 ? 4 : 2;
    lanes part[STEPS][4];
#pragma clang loop unroll(full)
    for (size_t s = 0; s < steps; s++)
#pragma clang loop unroll(full)
        for (size_t g = 0; g < gates; g++) part[s][g] = (lanes){0};
    size_t k = 0;
    for (; k + steps <= count; k += steps, weights += steps * gates * bytes)
#pragma clang loop unroll(full)
        for (size_t s = 0; s < steps; s++) {
            const lanes element = x[k + s] - (lanes){0};
#pragma clang loop unroll(full)
            for (size_t g = 0; g < gates; g++) {
                const char *at = weights + (s * gates + g) * bytes;
                lanes weight;
                if (half) WIDEN(at, weight);
                else weight = *(const lanes *)at;
                part[s][g] += element * weight;
            }
        }
    for (; k < count; k++, weights += gates * bytes)
#pragma clang loop unroll(full)
        for (size_t g = 0; g < gates; g++) {
            const char *at = weights + g * bytes;
            lanes weight;
            if (half) WIDEN(at, weight);
            else weight = *(const lanes *)at;
            part[0][g] += x[k] * weight;
        }
#pragma clang loop unroll(full)
    for (size_t s = 0; s < steps; s++)
#pragma clang loop unroll(full)
        for (size_t g = 0; g < gates; g++) sum[g] += part[s][g];
    return weights;
}

static void NAME(sums)(const zoo_streamed_step *s, size_t block, lanes sum[4]) {
    const size_t gates = gate_count(s->cell);
    const size_t state = s->cell == ZOO_LINEAR ? 0 : s->outputs;
    const char *weights = (const char *)s->packed + zoo_streamed_block_count(s->cell, s->input, state) * block * (s->half ? 2 : 4);
    lanes part[4] = {{0}, {0}, {0}, {0}};
#define STREAM(GATES, HALF)                                                  \
    weights = NAME(stream)(GATES, HALF, weights, s->x, s->input, part);      \
    if (GATES == 3) {                                                        \
        sum[3] += part[2];                                                   \
        part[2] = (lanes){0};                                                \
    }                                                                        \
    if (state > 0) NAME(stream)(GATES, HALF, weights, s->state, state, part);
    switch (gates * 2 + s->half) {
        case 2: STREAM(1, false) break;
        case 3: STREAM(1, true) break;
        case 6: STREAM(3, false) break;
        case 7: STREAM(3, true) break;
        case 8: STREAM(4, false) break;
        case 9: STREAM(4, true) break;
    }
#undef STREAM
    for (size_t g = 0; g < gates; g++) sum[g] += part[g];
}

static void NAME(units)(const zoo_streamed_step *s, size_t block) {
    lanes sum[4] = {{0}, {0}, {0}, {0}};
    NAME(sums)(s, block, sum);
    const float *p0 = (const float *)&sum[0], *p1 = (const float *)&sum[1], *p2 = (const float *)&sum[2],
                *p3 = (const float *)&sum[3];
    const size_t outputs = s->outputs;
    if (s->cell == ZOO_LINEAR) {
        const size_t first = block * 4 * ZOO_STREAMED_LANES;
        for (size_t i = 0; i < 4 * ZOO_STREAMED_LANES && first + i < outputs; i++)
            s->result[first + i] = p0[i] + s->bias[first + i];
        return;
    }
    const size_t first = block * ZOO_STREAMED_LANES;
    const size_t count = outputs - first < ZOO_STREAMED_LANES ? outputs - first : ZOO_STREAMED_LANES;
    const float *b0 = s->bias + first, *b1 = b0 + outputs, *b2 = b1 + outputs, *b3 = b2 + outputs;
    float *restrict result = s->result + first;
    switch (s->cell) {
        case ZOO_RNN:
            for (size_t i = 0; i < count; i++) result[i] = zoo_tanh(p0[i] + b0[i]);
            return;
        case ZOO_RECTIFIED_RNN:
            for (size_t i = 0; i < count; i++) {
                const float sum0 = p0[i] + b0[i];
                result[i] = sum0 > 0 || sum0 != sum0 ? sum0 : 0;
            }
            return;
        case ZOO_GRU:
            for (size_t i = 0; i < count; i++) {
                const float r = zoo_sigmoid(p0[i] + b0[i]), z = zoo_sigmoid(p1[i] + b1[i]);
                const float n = zoo_tanh(p3[i] + b3[i] + r * (p2[i] + b2[i]));
                result[i] = (1 - z) * n + z * s->state[first + i];
            }
            return;
        case ZOO_LSTM:
            for (size_t i = 0; i < count; i++) {
                const float in = zoo_sigmoid(p0[i] + b0[i]), forget = zoo_sigmoid(p1[i] + b1[i]);
                const float g = zoo_tanh(p2[i] + b2[i]), out = zoo_sigmoid(p3[i] + b3[i]);
                const float c = forget * s->cell_before[first + i] + in * g;
                s->cell_after[first + i] = c;
                result[i] = out * zoo_tanh(c);
            }
    }
}

enum { NAME(RUN) = 32 };

// `count` elements of one row of weights, which stands at `lane` of `gate`; a missing row is zero.
ZOO_INLINE void NAME(pack_row)(const float *row, size_t step, size_t count, char *packed, const bool half, size_t gates,
                               size_t gate, size_t lane) {
    float values[NAME(RUN)] = {0};
    if (row && step == 1) __builtin_memcpy(values, row, count * sizeof(float));
    else if (row)
        for (size_t k = 0; k < count; k++) values[k] = row[k * step];
    const size_t first = gate * ZOO_STREAMED_LANES + lane, next = gates * ZOO_STREAMED_LANES;
    if (!half) {
        for (size_t k = 0; k < count; k++) ((float *)packed)[first + k * next] = values[k];
        return;
    }
    uint16_t rounded[NAME(RUN)];
    for (size_t k = 0; k < NAME(RUN); k++) rounded[k] = NARROW(values[k]);
    for (size_t k = 0; k < count; k++) ((uint16_t *)packed)[first + k * next] = rounded[k];
}

static void NAME(pack)(const zoo_streamed_source *s, size_t block, void *packed) {
    const size_t gates = gate_count(s->cell), size = s->half ? 2 : 4, lane_count = ZOO_STREAMED_LANES;
    const bool linear = s->cell == ZOO_LINEAR;
    const size_t depths[2] = {s->input, linear ? 0 : s->outputs};
    char *part = (char *)packed + zoo_streamed_block_count(s->cell, s->input, depths[1]) * block * size;
    for (size_t side = 0; side < 2; side++) {
        const size_t step = side == 0 ? s->w_step : 1;
        // Short runs of k: what is written lane by lane stays in the first-level cache.
        for (size_t first = 0; first < depths[side]; first += NAME(RUN)) {
            const size_t count = depths[side] - first < NAME(RUN) ? depths[side] - first : NAME(RUN);
            for (size_t gate = 0; gate < gates; gate++)
                for (size_t lane = 0; lane < lane_count; lane++) {
                    const size_t unit = (linear ? block * gates + gate : block) * lane_count + lane;
                    const size_t r = linear ? unit : gate * s->outputs + unit;
                    const float *row = side == 0 ? s->w + r * s->w_row : s->u + r * s->outputs;
                    NAME(pack_row)(unit < s->outputs ? row + first * step : NULL, step, count,
                                   part + first * gates * lane_count * size, s->half, gates, gate, lane);
                }
        }
        part += depths[side] * gates * lane_count * size;
    }
}
