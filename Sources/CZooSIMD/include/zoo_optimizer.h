#ifndef ZOO_OPTIMIZER_H
#define ZOO_OPTIMIZER_H
#include <stddef.h>

// Adam (Kingma & Ba 2015) and AdamW (Loshchilov & Hutter 2019) in PyTorch's form. `step` is rate / (1 - beta1^t),
// `root` 1 / sqrt(1 - beta2^t); `penalty` is added to the gradient (L2), `shrink` multiplies the weights first (decoupled).
typedef struct {
    float beta1, beta2, epsilon, step, root, penalty, shrink;
} zoo_adam;
void zoo_adam_step(float *w, float *m, float *v, const float *g, ptrdiff_t n, zoo_adam s);

// w = w - rate * d; buffer = momentum * buffer + g; d = nesterov ? g + momentum * buffer : buffer. A null buffer: d = g.
typedef struct {
    float rate, momentum, penalty;
    int nesterov;
} zoo_sgd;
void zoo_sgd_step(float *w, float *buffer, const float *g, ptrdiff_t n, zoo_sgd s);

// v = alpha * v + (1 - alpha) * g^2; d = g / (sqrt(v) + epsilon); with a buffer: buffer = momentum * buffer + d, d = buffer.
typedef struct {
    float rate, alpha, epsilon, momentum, penalty;
} zoo_rmsprop;
void zoo_rmsprop_step(float *w, float *v, float *buffer, const float *g, ptrdiff_t n, zoo_rmsprop s);
#endif
