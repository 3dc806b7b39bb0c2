#include "zoo_bit_rows.h"
#include "zoo_clones.h"
#include "zoo_dispatch.h"

#define PARAMETERS (const uint64_t *blocks, size_t count, size_t words, const uint64_t *query, uint32_t *out)

typedef uint64_t u8 __attribute__((vector_size(64), aligned(8)));
typedef uint32_t h8 __attribute__((vector_size(32), aligned(4)));

ZOO_INLINE void distances PARAMETERS {
    for (size_t b = 0; b < count; b++) {
        u8 sums = {0};
        for (size_t w = 0; w < words; w++)
            sums += __builtin_elementwise_popcount(*(const u8 *)(blocks + (b * words + w) * 8) ^ query[w]);
        *(h8 *)(out + b * 8) = __builtin_convertvector(sums, h8);
    }
}

#if defined(__x86_64__)
// VPOPCNTDQ came after x86-64-v4 and is no part of it.
__attribute__((target(ZOO_V4 ",avx512vpopcntdq"))) static void vpopcnt_distances PARAMETERS {
    distances(blocks, count, words, query, out);
}
__attribute__((target(ZOO_V4))) static void avx512_distances PARAMETERS { distances(blocks, count, words, query, out); }
__attribute__((target("arch=x86-64-v3"))) static void avx2_distances PARAMETERS {
    distances(blocks, count, words, query, out);
}
#endif
static void generic_distances PARAMETERS { distances(blocks, count, words, query, out); }

void zoo_bit_distances PARAMETERS {
#if defined(__x86_64__)
    if (zoo_instructions() == ZOO_AVX512 && __builtin_cpu_supports("avx512vpopcntdq")) {
        vpopcnt_distances(blocks, count, words, query, out);
        return;
    }
#endif
    DISPATCH(distances(blocks, count, words, query, out))
}
