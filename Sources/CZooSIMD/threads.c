#include "zoo_threads.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#if defined(__x86_64__)
#define PAUSE() __builtin_ia32_pause()
#elif defined(__aarch64__)
#define PAUSE() __asm__ volatile("yield")
#else
#define PAUSE() ((void)0)
#endif

enum { MAXIMUM_WORKERS = 63, SPIN_NANOSECONDS = 50000 };

typedef void (*task)(void *, size_t);

// A job is published by raising `ticket`: its high half is the job's number, its low half the next index to claim,
// CLOSED while the job is being written. A worker that comes late claims what is left of the same job or nothing.
static const uint32_t CLOSED = UINT32_MAX;
static _Atomic uint64_t ticket;
static _Atomic(task) current_body;
static _Atomic(void *) current_context;
static _Atomic size_t current_count;
static _Atomic size_t finished;  // indices done of the current job
static _Atomic size_t allowed;   // workers that may take part in it
static pthread_mutex_t owner = PTHREAD_MUTEX_INITIALIZER;  // held by the thread whose job is current
static pthread_mutex_t sleep_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static _Atomic int sleeping;
static size_t workers;
static _Thread_local bool inside;

static uint64_t nanoseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

// Claims indices of the job `number` until none is left. The job is read between two reads of the ticket: a claim that
// succeeds proves that it did not change meanwhile.
static void work_on(uint32_t number) {
    for (;;) {
        uint64_t seen = atomic_load_explicit(&ticket, memory_order_acquire);
        if ((uint32_t)(seen >> 32) != number) return;
        const task body = atomic_load_explicit(&current_body, memory_order_acquire);
        void *const context = atomic_load_explicit(&current_context, memory_order_acquire);
        if ((uint32_t)seen >= atomic_load_explicit(&current_count, memory_order_acquire)) return;
        if (!atomic_compare_exchange_weak_explicit(&ticket, &seen, seen + 1, memory_order_acq_rel, memory_order_relaxed))
            continue;
        body(context, (uint32_t)seen);
        atomic_fetch_add_explicit(&finished, 1, memory_order_acq_rel);
    }
}

// The number of the job that is open, or `last` when there is no newer one.
static uint32_t open_job(uint32_t last) {
    const uint64_t seen = atomic_load_explicit(&ticket, memory_order_acquire);
    return (uint32_t)seen == CLOSED ? last : (uint32_t)(seen >> 32);
}

static void *worker(void *argument) {
    const size_t self = (size_t)(uintptr_t)argument;
    inside = true;
    uint32_t last = 0;
    for (;;) {
        uint64_t until = nanoseconds() + SPIN_NANOSECONDS;
        uint32_t number;
        while ((number = open_job(last)) == last) {
            for (int i = 0; i < 16; i++) PAUSE();
            if (nanoseconds() < until) continue;
            pthread_mutex_lock(&sleep_lock);
            atomic_fetch_add(&sleeping, 1);
            while (open_job(last) == last) pthread_cond_wait(&wake, &sleep_lock);
            atomic_fetch_sub(&sleeping, 1);
            pthread_mutex_unlock(&sleep_lock);
            until = nanoseconds() + SPIN_NANOSECONDS;
        }
        last = number;
        if (self < atomic_load_explicit(&allowed, memory_order_relaxed)) work_on(number);
    }
    return NULL;
}

static void start_workers(size_t wanted) {
    if (wanted > MAXIMUM_WORKERS) wanted = MAXIMUM_WORKERS;
    for (; workers < wanted; workers++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, worker, (void *)(uintptr_t)workers) != 0) return;
        pthread_detach(thread);
    }
}

void zoo_parallel(size_t threads, size_t count, void (*body)(void *context, size_t index), void *context) {
    if (threads < 2 || count < 2 || count >= CLOSED || inside || pthread_mutex_trylock(&owner) != 0) {
        for (size_t i = 0; i < count; i++) body(context, i);
        return;
    }
    inside = true;
    if (workers < threads - 1) start_workers(threads - 1);
    const uint32_t number = (uint32_t)(atomic_load(&ticket) >> 32) + 1;
    atomic_store(&ticket, (uint64_t)number << 32 | CLOSED);
    atomic_store(&current_body, body);
    atomic_store(&current_context, context);
    atomic_store(&current_count, count);
    atomic_store(&allowed, threads - 1);
    atomic_store(&finished, 0);
    atomic_store(&ticket, (uint64_t)number << 32);
    if (atomic_load(&sleeping) > 0) {
        pthread_mutex_lock(&sleep_lock);
        pthread_cond_broadcast(&wake);
        pthread_mutex_unlock(&sleep_lock);
    }
    work_on(number);
    while (atomic_load_explicit(&finished, memory_order_acquire) < count) PAUSE();
    inside = false;
    pthread_mutex_unlock(&owner);
}
