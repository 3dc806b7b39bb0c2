// Includes TILES once for each instruction set, and chooses among them. TILES is a header of functions called NAME(x) for vectors
// of LANES floats and tiles of ROWS rows; AVX512_ROWS says how many rows the 32 registers of AVX-512 hold.
#include "zoo_instructions.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#define NAME(x) avx512_##x
#define LANES 16
#define ROWS AVX512_ROWS
#include TILES
#undef NAME
#undef LANES
#undef ROWS
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NAME(x) avx2_##x
#define LANES 8
#define ROWS 6
#include TILES
#undef NAME
#undef LANES
#undef ROWS
#pragma clang attribute pop

#endif

#define NAME(x) generic_##x
#define LANES 4
#define ROWS 6
#include TILES
#undef NAME
#undef LANES
#undef ROWS

#include "zoo_dispatch.h"
