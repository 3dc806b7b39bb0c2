#ifndef ZOO_MAP_NUMBERS_H
#define ZOO_MAP_NUMBERS_H
#include "zoo_math.h"

// SplitMix64: the numbers of a counter, so that they do not depend on who asks first.
ZOO_INLINE uint64_t mixed(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}
ZOO_INLINE size_t below(uint32_t bits, size_t n) { return (size_t)(((uint64_t)bits * (uint64_t)n) >> 32); }
#endif
