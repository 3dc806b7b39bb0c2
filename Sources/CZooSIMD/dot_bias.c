#include "zoo_dot_bias.h"
#include "zoo_instructions.h"

// Vectors never cross a call: everything below is inlined into a function that has the instructions.
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline))
enum { LANES = ZOO_DOT_BIAS_LANES };

typedef float lanes __attribute__((vector_size(LANES * 4), aligned(32)));
typedef int32_t lane_bits __attribute__((vector_size(LANES * 4), aligned(32)));

INLINE lanes all(float x) { return x - (lanes){0}; }

// exp(x) for x in -87 ... 88: 2^n e^r with |r| <= ln 2 / 2 and a polynomial of degree 6, relative error 2e-7.
INLINE lanes exponential(lanes x) {
    x = __builtin_elementwise_min(__builtin_elementwise_max(x, all(-87)), all(88));
    const lanes n = __builtin_elementwise_roundeven(x * 1.44269504f);
    const lanes r = x - n * 0.693145752f - n * 1.42860677e-6f;
    lanes p = all(1.0f / 720);
    p = p * r + 1.0f / 120;
    p = p * r + 1.0f / 24;
    p = p * r + 1.0f / 6;
    p = p * r + 0.5f;
    p = p * r + 1;
    p = p * r + 1;
    const lane_bits exponent = (__builtin_convertvector(n, lane_bits) + 127) << 23;
    return p * (lanes)exponent;
}

// The step of one side: where its factors, bias and mean squares are, and how far to go.
typedef struct {
    lanes *row;
    lanes factor_step, bias_step;
    float shrink, bias_shrink;
} side_step;

INLINE side_step prepare(const zoo_dot_bias_settings *s, zoo_dot_bias_side side, size_t row, lanes *data, lanes gradient,
                         lanes other_mean_square, float rate) {
    const float beta = s->beta;
    side.warmup[row] *= beta;
    const float correction = 1 / (1 - side.warmup[row]);
    const lanes square = gradient * gradient;
    lanes *mean_squares = data + s->slots + 1;
    mean_squares[0] = beta * mean_squares[0] + (1 - beta) * square * other_mean_square;
    mean_squares[1] = beta * mean_squares[1] + (1 - beta) * square;
    const float step = rate * side.rate[row], decay = rate * side.decay[row];
    const float shrink = 1 - decay * s->factor_decay, bias_shrink = 1 - decay * s->bias_decay;
    return (side_step){
        .row = data,
        .factor_step = step * gradient / (__builtin_elementwise_sqrt(mean_squares[0] * correction) + s->epsilon),
        .bias_step = step * gradient / (__builtin_elementwise_sqrt(mean_squares[1] * correction) + s->epsilon),
        .shrink = shrink > 0 ? shrink : 0,
        .bias_shrink = bias_shrink > 0 ? bias_shrink : 0,
    };
}

INLINE double run(const zoo_dot_bias_settings *s, zoo_dot_bias_side users, zoo_dot_bias_side items,
                  const zoo_rating *ratings, size_t count, float first_rate, float last_rate, const size_t slots) {
    const size_t stride = slots + 3;
    const float width = s->upper - s->lower;
    lanes inverse_slots;
    __builtin_memcpy(&inverse_slots, s->inverse_slots, sizeof inverse_slots);
    double squared_error = 0;
    for (size_t n = 0; n < count; n++) {
        const zoo_rating rating = ratings[n];
        if (n + 4 < count) {
            // Whole rows, in lines of two lanes.
            const lanes *const user = (lanes *)users.rows + (size_t)ratings[n + 4].user * stride;
            const lanes *const item = (lanes *)items.rows + (size_t)ratings[n + 4].item * stride;
            for (size_t f = 0; f < stride; f += 2) {
                __builtin_prefetch(user + f, 1);
                __builtin_prefetch(item + f, 1);
            }
        }
        const float rate = first_rate + (last_rate - first_rate) * ((float)n / (float)count);
        lanes *const p = (lanes *)users.rows + (size_t)rating.user * stride;
        lanes *const q = (lanes *)items.rows + (size_t)rating.item * stride;
        lanes logit = s->global_bias + p[slots] + q[slots], p_square = {0}, q_square = {0};
        for (size_t f = 0; f < slots; f++) {
            logit += p[f] * q[f];
            p_square += p[f] * p[f];
            q_square += q[f] * q[f];
        }
        const lanes share = 1 / (1 + exponential(-logit));
        const lanes error = s->lower + width * share - rating.stars;
        const lanes gradient = error * width * share * (1 - share);
        float mean_error = 0;
        for (size_t g = 0; g < s->models; g++) mean_error += error[g];
        mean_error /= (float)s->models;
        squared_error += (double)(mean_error * mean_error);
        const side_step u = prepare(s, users, (size_t)rating.user, p, gradient, q_square * inverse_slots, rate);
        const side_step i = prepare(s, items, (size_t)rating.item, q, gradient, p_square * inverse_slots, rate);
        for (size_t f = 0; f < slots; f++) {
            const lanes old = p[f];
            p[f] = u.shrink * old - u.factor_step * q[f];
            q[f] = i.shrink * q[f] - i.factor_step * old;
        }
        p[slots] = u.bias_shrink * p[slots] - u.bias_step;
        q[slots] = i.bias_shrink * q[slots] - i.bias_step;
    }
    return squared_error;
}

// The common numbers of slots get loops of constant length.
#define RUN(SUFFIX)                                                                                                  \
    static double run_##SUFFIX(const zoo_dot_bias_settings *s, zoo_dot_bias_side users, zoo_dot_bias_side items,       \
                               const zoo_rating *ratings, size_t count, float first_rate, float last_rate) {           \
        switch (s->slots) {                                                                                          \
            case 4: return run(s, users, items, ratings, count, first_rate, last_rate, 4);                           \
            case 7: return run(s, users, items, ratings, count, first_rate, last_rate, 7);                           \
            case 8: return run(s, users, items, ratings, count, first_rate, last_rate, 8);                           \
            default: return run(s, users, items, ratings, count, first_rate, last_rate, s->slots);                   \
        }                                                                                                            \
    }

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
RUN(avx2)
#pragma clang attribute pop
#endif
RUN(generic)

double zoo_dot_bias_run(const zoo_dot_bias_settings *settings, zoo_dot_bias_side users, zoo_dot_bias_side items,
                        const zoo_rating *ratings, size_t count, float first_rate, float last_rate) {
#if defined(__x86_64__)
    if (zoo_instructions() != ZOO_BASELINE)
        return run_avx2(settings, users, items, ratings, count, first_rate, last_rate);
#endif
    return run_generic(settings, users, items, ratings, count, first_rate, last_rate);
}
