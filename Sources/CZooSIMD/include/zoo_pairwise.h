#ifndef ZOO_PAIRWISE_H
#define ZOO_PAIRWISE_H
#include <stddef.h>
#include <stdint.h>

/// A person, an item that they chose, and one that they did not.
typedef struct {
    int32_t user, chosen, other;
} zoo_preference;

/// Takes one step of stochastic gradient descent a preference, in order, on -log sigmoid(p . (q_chosen - q_other)).
///
/// Rows have `stride` floats, a multiple of 16: a user's are zeros, p and a 1, an item's zeros, q and its bias. With g =
/// 1 - sigmoid(...): p += rate (g (q_chosen - q_other) - decay p), q_chosen += rate (g p - decay q_chosen), q_other += rate
/// (-g p - decay q_other), all from the values before the step. The 1 stays.
/// Returns the sum of the losses, each taken before its step.
double zoo_learn_preferences(const zoo_preference *preferences, size_t count, size_t stride, float *users, float *items,
                             float rate, float decay);

#endif
