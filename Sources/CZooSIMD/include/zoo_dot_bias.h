#ifndef ZOO_DOT_BIAS_H
#define ZOO_DOT_BIAS_H
#include <stddef.h>
#include <stdint.h>

/// Models that one row holds side by side, one in each lane of a vector register.
enum { ZOO_DOT_BIAS_LANES = 8 };

/// A rating to learn from: rows of both sides, and stars.
typedef struct {
    int32_t user, item;
    float stars;
} zoo_rating;

/// One side (users or items) of a committee of dot-bias models in training.
///
/// Row r is (slots + 3) * LANES floats from `rows + r * (slots + 3) * LANES`: `slots` factors, the bias, the running mean
/// square of the gradients of the factors, and that of the bias; lane g of each belongs to model g.
typedef struct {
    float *rows;
    float *warmup;          // [row] beta^touches: 1 before the first touch
    const float *rate;      // [row] factor of the learning rate
    const float *decay;     // [row] factor of the weight decay
} zoo_dot_bias_side;

/// What does not change during a run over ratings.
typedef struct {
    size_t slots;
    size_t models;                             // lanes in use
    float inverse_slots[ZOO_DOT_BIAS_LANES];  // 1 / (factors that the lane really has)
    float global_bias;
    float lower, upper;                        // ends of the sigmoid's range, in stars
    float factor_decay, bias_decay;            // multiplied by the learning rate and the row's decay factor
    float beta;                                // decay of the running mean squares
    float epsilon;
} zoo_dot_bias_settings;

/// Takes one stochastic gradient step a rating, in order, for all models of the committee at once.
///
/// For each lane, with s = sigmoid(global + b_u + b_i + p . q), e = lower + (upper - lower) s - stars and
/// g = e (upper - lower) s (1 - s):
///   v_p <- beta v_p + (1 - beta) g^2 |q|^2 / slots          (one mean square a row: its length, not each coordinate)
///   p   <- (1 - lr decay) p - lr rate g q / (sqrt(v_p / (1 - beta^touches)) + epsilon)
/// and likewise for q, b_u and b_i. The learning rate goes from `first_rate`
/// evenly to `last_rate`. Returns the sum of the squared
/// errors of the models' mean prediction, each taken before its step.
double zoo_dot_bias_run(const zoo_dot_bias_settings *settings, zoo_dot_bias_side users, zoo_dot_bias_side items,
                        const zoo_rating *ratings, size_t count, float first_rate, float last_rate);

#endif
