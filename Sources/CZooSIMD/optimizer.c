#include "zoo_optimizer.h"
#include "zoo_clones.h"

ZOO_CLONED(void, zoo_adam_step,
           (float *restrict w, float *restrict m, float *restrict v, const float *restrict g, ptrdiff_t n, zoo_adam s),
           (w, m, v, g, n, s)) {
    const float add1 = 1.0f - s.beta1, add2 = 1.0f - s.beta2;
    for (ptrdiff_t i = 0; i < n; i++) {
        const float d = g[i] + s.penalty * w[i];
        const float first = s.beta1 * m[i] + add1 * d;
        const float second = s.beta2 * v[i] + add2 * d * d;
        m[i] = first;
        v[i] = second;
        w[i] = s.shrink * w[i] - s.step * first / (__builtin_elementwise_sqrt(second) * s.root + s.epsilon);
    }
}

ZOO_CLONED(void, zoo_sgd_step,
           (float *restrict w, float *restrict buffer, const float *restrict g, ptrdiff_t n, zoo_sgd s),
           (w, buffer, g, n, s)) {
    if (!buffer) {
        for (ptrdiff_t i = 0; i < n; i++) w[i] -= s.rate * (g[i] + s.penalty * w[i]);
        return;
    }
    const float ahead = s.nesterov ? s.momentum : 1.0f, direct = s.nesterov ? 1.0f : 0.0f;
    for (ptrdiff_t i = 0; i < n; i++) {
        const float d = g[i] + s.penalty * w[i];
        const float b = s.momentum * buffer[i] + d;
        buffer[i] = b;
        w[i] -= s.rate * (direct * d + ahead * b);
    }
}

ZOO_CLONED(void, zoo_rmsprop_step,
           (float *restrict w, float *restrict v, float *restrict buffer, const float *restrict g, ptrdiff_t n,
            zoo_rmsprop s),
           (w, v, buffer, g, n, s)) {
    const float add = 1.0f - s.alpha;
    for (ptrdiff_t i = 0; i < n; i++) {
        const float d = g[i] + s.penalty * w[i];
        const float square = s.alpha * v[i] + add * d * d;
        v[i] = square;
        float move = d / (__builtin_elementwise_sqrt(square) + s.epsilon);
        if (buffer) {
            move += s.momentum * buffer[i];
            buffer[i] = move;
        }
        w[i] -= s.rate * move;
    }
}
