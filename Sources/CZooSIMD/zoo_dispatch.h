#include "zoo_instructions.h"

// Runs `call` of the instruction set in force: DISPATCH(pack(to, from)) is avx2_pack(to, from) under AVX2.
#if defined(__x86_64__)
#define DISPATCH(call)                          \
    switch (zoo_instructions()) {               \
        case ZOO_AVX512: avx512_##call; return; \
        case ZOO_AVX2: avx2_##call; return;     \
        default: generic_##call; return;        \
    }
#else
#define DISPATCH(call) generic_##call;
#endif
