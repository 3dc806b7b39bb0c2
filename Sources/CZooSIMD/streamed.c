#include "zoo_streamed.h"
#include "zoo_gemm.h"
#include "zoo_instructions.h"
#include "zoo_math.h"

typedef float lanes __attribute__((vector_size(ZOO_STREAMED_LANES * 4), aligned(4)));
typedef uint32_t bits __attribute__((vector_size(ZOO_STREAMED_LANES * 4), aligned(4)));
typedef uint16_t halves __attribute__((vector_size(ZOO_STREAMED_LANES * 2), aligned(2)));

// Gates that the input feeds, which are as many as the state feeds; a linear layer's block is four times as wide instead.
static size_t gate_count(int cell) { return cell == ZOO_LSTM || cell == ZOO_LINEAR ? 4 : cell == ZOO_GRU ? 3 : 1; }

size_t zoo_streamed_blocks(int cell, size_t outputs) {
    const size_t units = cell == ZOO_LINEAR ? 4 * ZOO_STREAMED_LANES : ZOO_STREAMED_LANES;
    return (outputs + units - 1) / units;
}

size_t zoo_streamed_block_count(int cell, size_t input, size_t state) {
    return (input + state) * gate_count(cell) * ZOO_STREAMED_LANES;
}

static const float largest_half = 65504;

ZOO_INLINE float finite_half(float x) { return x > largest_half ? largest_half : x < -largest_half ? -largest_half : x; }

// Half-precision numbers by hand, for processors that do not know them.
ZOO_INLINE void widen_by_hand(const char *p, lanes *to) {
    const bits h = __builtin_convertvector(*(const halves *)p, bits);
    const bits magnitude = (h & 0x7fff) << 13;  // the exponent is 112 too small: put right by the product, tiny ones too
    lanes value;
    __builtin_memcpy(&value, &magnitude, sizeof value);
    value *= 0x1p112f;
    bits result;
    __builtin_memcpy(&result, &value, sizeof result);
    result |= (h & 0x8000) << 16;
    __builtin_memcpy(to, &result, sizeof result);
}

ZOO_INLINE uint16_t narrow(float x) {
    const _Float16 half = (_Float16)finite_half(x);
    uint16_t bits_of_half;
    __builtin_memcpy(&bits_of_half, &half, 2);
    return bits_of_half;
}

ZOO_INLINE uint16_t narrow_by_hand(float x) {
    x = finite_half(x != x ? 0 : x);
    const uint32_t u = (uint32_t)zoo_int(x), sign = u >> 16 & 0x8000;
    const float size = zoo_bits((int32_t)(u & 0x7fffffff));
    // Below the smallest normal half a sum with 0.5 rounds to its steps of 2^-24, found in the low bits.
    if (size < 0x1p-14f) return (uint16_t)(sign | ((uint32_t)zoo_int(size + 0.5f) - 0x3f000000));
    const uint32_t magnitude = u & 0x7fffffff;
    return (uint16_t)(sign | ((magnitude + 0xfff + (magnitude >> 13 & 1) - (112u << 23)) >> 13));
}

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c"))), apply_to = function)
#define NAME(x) avx512_##x
#define WIDEN(p, to) to = (lanes)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i_u *)(p)))
#define NARROW(x) narrow(x)
#include "streamed_tiles.h"
#undef NAME
#undef WIDEN
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
ZOO_INLINE void widen_f16c(const char *p, lanes *to) {
    _mm256_storeu_ps((float *)to, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i_u *)p)));
    _mm256_storeu_ps((float *)to + 8, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i_u *)(p + 16))));
}
#define NAME(x) avx2_##x
#define WIDEN(p, to) widen_f16c(p, &to)
#include "streamed_tiles.h"
#undef NAME
#undef WIDEN
#undef NARROW
#pragma clang attribute pop

#endif

#define NAME(x) generic_##x
#define WIDEN(p, to) widen_by_hand(p, &to)
#define NARROW(x) narrow_by_hand(x)
#include "streamed_tiles.h"
#undef NAME
#undef WIDEN
#undef NARROW

#include "zoo_dispatch.h"

void zoo_streamed_pack(const zoo_streamed_source *source, size_t block, void *packed) {
    DISPATCH(pack(source, block, packed))
}

void zoo_streamed_units(const zoo_streamed_step *step, size_t block) { DISPATCH(units(step, block)) }
