#ifndef ZOO_THREADS_H
#define ZOO_THREADS_H
#include <stddef.h>

/// Runs body(context, 0), ..., body(context, count - 1), each once, on up to `threads` threads, the caller's among them,
/// and returns when all are done.
///
/// Workers are started at first need and wait for more by spinning for about 50 microseconds before they sleep, since
/// waking a sleeping thread costs as much as a small product. A call from inside a body, or while another thread uses
/// the pool, runs everything on its own thread: the result never depends on which thread ran a task.
void zoo_parallel(size_t threads, size_t count, void (*body)(void *context, size_t index), void *context);

#endif
