#ifndef ZOO_CLONES_H
#define ZOO_CLONES_H
#include <stdint.h>

// One body, compiled per instruction set, chosen when the program is loaded. Other processors get the plain loop.
#if defined(__x86_64__) && defined(__linux__)
#define ZOO_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define ZOO_CLONES
#endif
#define ZOO_INLINE static inline __attribute__((always_inline))
#endif
