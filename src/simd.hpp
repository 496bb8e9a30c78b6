// Vectors of L floats: L neighbouring channels of one pixel. Compiler vector extensions, so gcc and clang pick the instructions.
#pragma once

#include <cstdint>
#include <cstring>
#include <utility>

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#define INLINE inline __attribute__((always_inline))
#define INLINE_LAMBDA __attribute__((always_inline))

namespace spectral {

template <int L>
struct Lanes {
    typedef float Floats __attribute__((vector_size(sizeof(float) * L)));
    typedef double Doubles __attribute__((vector_size(sizeof(double) * L)));
    typedef std::int32_t Ints __attribute__((vector_size(sizeof(std::int32_t) * L)));
};

template <int L>
using Vec = typename Lanes<L>::Floats;

template <int L>
INLINE Vec<L> load(const float* p) {
    Vec<L> v;
    std::memcpy(&v, p, sizeof v);
    return v;
}

template <class V>
INLINE void store(float* p, V v) {
    std::memcpy(p, &v, sizeof v);
}

// The first `lanes` < L floats at p, zeros after them: nothing beyond is read, or written by store_some.
template <int L>
INLINE Vec<L> load_some(const float* p, int lanes) {
#if defined(__AVX512F__)
    if constexpr (L == 16) return (Vec<L>)_mm512_maskz_loadu_ps((1u << lanes) - 1, p);
#endif
#if defined(__AVX2__)
    if constexpr (L == 8) {
        const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
        return (Vec<L>)_mm256_maskload_ps(p, _mm256_cmpgt_epi32(_mm256_set1_epi32(lanes), lane));
    }
#endif
    Vec<L> v = {};
    for (int i = 0; i < L - 1; ++i)
        if (i < lanes) v[i] = p[i];
    return v;
}

template <int L>
INLINE void store_some(float* p, Vec<L> v, int lanes) {
#if defined(__AVX512F__)
    if constexpr (L == 16) return _mm512_mask_storeu_ps(p, (1u << lanes) - 1, (__m512)v);
#endif
    for (int i = 0; i < L - 1; ++i)
        if (i < lanes) p[i] = v[i];
}

template <int L>
INLINE Vec<L> broadcast(float x) {
    return Vec<L>{} + x;
}

template <int L>
INLINE typename Lanes<L>::Doubles as_doubles(Vec<L> v) {
    return __builtin_convertvector(v, typename Lanes<L>::Doubles);
}

// Calls f with the constants 0 .. N-1, so that every index in an unrolled transform is known to the compiler.
template <class F, int... I>
INLINE void unroll_over(F& f, std::integer_sequence<int, I...>) {
    (f(std::integral_constant<int, I>{}), ...);
}

template <int N, class F>
INLINE void unroll(F f) {
    unroll_over(f, std::make_integer_sequence<int, N>{});
}

// One bit a lane: set where the value passes a ReLU. NaN passes, as it does in torch.
template <int L>
INLINE unsigned passing_bits(Vec<L> u) {
    const auto blocked = u <= Vec<L>{};
    constexpr unsigned all = (1u << L) - 1;
#if defined(__AVX512F__)
    if constexpr (L == 16) return _mm512_cmp_ps_mask((__m512)u, _mm512_setzero_ps(), _CMP_NLE_UQ);
#endif
#if defined(__AVX__)
    if constexpr (L == 8) return all ^ _mm256_movemask_ps((__m256)blocked);
#endif
#if defined(__SSE__)
    if constexpr (L == 4) return all ^ _mm_movemask_ps((__m128)blocked);
#endif
#if defined(__aarch64__)
    if constexpr (L == 4) {
        const uint32x4_t bit = {1, 2, 4, 8};
        return all ^ vaddvq_u32(vandq_u32((uint32x4_t)blocked, bit));
    }
#endif
    unsigned bits = all;
    for (int i = 0; i < L; ++i) bits ^= blocked[i] ? 1u << i : 0u;
    return bits;
}

// v where its bit is set, zero elsewhere: a select and no product, since 0 * inf is not 0.
template <int L>
INLINE Vec<L> keep(Vec<L> v, unsigned bits) {
#if defined(__AVX512F__)
    if constexpr (L == 16) return (Vec<L>)_mm512_maskz_mov_ps(static_cast<__mmask16>(bits), (__m512)v);
#endif
    using Ints = typename Lanes<L>::Ints;
    Ints lane;
    for (int i = 0; i < L; ++i) lane[i] = 1 << i;
    const Ints wanted = (Ints{} + static_cast<std::int32_t>(bits)) & lane;
    return (Vec<L>)((Ints)v & (wanted == lane));
}

// Bits of L channels starting at channel c (a multiple of L), in a mask of one bit a value, the first in the lowest bit.
// Sixteen are one word, as little-endian processors write it: only they have vectors of sixteen.
template <int L>
INLINE unsigned read_bits(const std::uint8_t* mask, int c) {
    if constexpr (L == 16) {
        std::uint16_t bits;
        std::memcpy(&bits, mask + c / 8, sizeof bits);
        return bits;
    }
    if constexpr (L == 8) return mask[c / 8];
    return mask[c / 8] >> c % 8 & 15;
}

// Writes them; with L = 4 the lower half of a byte is written before the upper one.
template <int L>
INLINE void write_bits(std::uint8_t* mask, int c, unsigned bits) {
    if constexpr (L == 16) {
        const auto both = static_cast<std::uint16_t>(bits);
        std::memcpy(mask + c / 8, &both, sizeof both);
        return;
    }
    mask[c / 8] = static_cast<std::uint8_t>(L == 4 && c % 8 ? mask[c / 8] | bits << 4 : bits);
}

}  // namespace spectral
