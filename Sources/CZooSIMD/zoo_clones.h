#ifndef ZOO_CLONES_H
#define ZOO_CLONES_H
#include <stdint.h>
#include "zoo_instructions.h"

#define ZOO_INLINE static inline __attribute__((always_inline))

// What v4 is compiled for. Without `tune` that is processors on which vectors of 256 bits are preferred, and AVX-512 goes unused.
#ifndef ZOO_V4
#define ZOO_V4 "arch=x86-64-v4,tune=x86-64"
#endif

// Starts a function whose one body is compiled for each instruction set. The set in force is chosen at every call, and not by the
// loader as `target_clones` would: only so can it be forced. `arguments` are the names of `parameters`; the body follows.
#define ZOO_CLONED(type, name, parameters, arguments) ZOO_CLONED_EXPANDED(type, name, parameters, arguments)
#if defined(__x86_64__)
#define ZOO_CLONED_EXPANDED(type, name, parameters, arguments)                                                          \
    ZOO_INLINE type name##_body parameters;                                                                             \
    __attribute__((target(ZOO_V4))) static type name##_v4 parameters { return name##_body arguments; }                  \
    __attribute__((target("arch=x86-64-v3"))) static type name##_v3 parameters { return name##_body arguments; }        \
    static type name##_v1 parameters { return name##_body arguments; }                                                  \
    type name parameters {                                                                                              \
        switch (zoo_instructions()) {                                                                                   \
            case ZOO_AVX512: return name##_v4 arguments;                                                                \
            case ZOO_AVX2: return name##_v3 arguments;                                                                  \
            default: return name##_v1 arguments;                                                                        \
        }                                                                                                               \
    }                                                                                                                   \
    ZOO_INLINE type name##_body parameters
#else
#define ZOO_CLONED_EXPANDED(type, name, parameters, arguments) type name parameters
#endif
#endif
