// The pointwise stage: at every frequency f a small complex matrix product over channels, for several images at once.
//
//   forward, backward data:   out[image][o] = sum_i z[image][i] w[i][o]
//   backward weights:         d[i][o]      += sum_image x[image][i] conj(g[image][o])
//
// z, x, g    [f][vector of channels][real parts, imaginary parts, sums of both][TILE images][L]
// w, d       [f][i][vector of o][re L, im L], i up to a multiple of L
// out        [f][TILE images][vector of o][re L, im L]
//
// A complex product takes three real ones, done one after the other for a whole tile of sums that stay in registers.
#pragma once

#include "simd.hpp"

namespace spectral {

constexpr int TILE = 6;  // images; times 2 vectors of outputs, with two weights and a value: 15 registers

// Keeps the compiler from holding a stored tile in registers, where it would push the running sums out of them.
INLINE void forget_registers() { __asm__ volatile("" ::: "memory"); }

// A x B sums:   sum[a][b] += sign left[a] right[b].   left(a) gives a number, right(b) a vector.
template <int L, int A, int B>
struct Sums {
    Vec<L> sum[A][B] = {};

    template <int SIGN, class Left, class Right>
    INLINE void add(Left left, Right right) {
        Vec<L> r[B];
        unroll<B>([&](auto b) INLINE_LAMBDA { r[b] = right(b); });
        unroll<A>([&](auto a) INLINE_LAMBDA {
            const Vec<L> l = broadcast<L>(left(a));
            unroll<B>([&](auto b) INLINE_LAMBDA {
                if constexpr (SIGN > 0)
                    sum[a][b] += l * r[b];
                else
                    sum[a][b] -= l * r[b];
            });
        });
    }

    template <class F>
    INLINE void each(F f) {
        unroll<A>([&](auto a) INLINE_LAMBDA { unroll<B>([&](auto b) INLINE_LAMBDA { f(a, b, sum[a][b]); }); });
    }
};

template <int L>
constexpr int PART = TILE * L;
template <int L>
constexpr int VECTOR = 3 * PART<L>;

// p = zr wr,   re = p - zi wi,   im = (zr + zi)(wr + wi) - 2 p + re
template <int L, int IMAGES, int VECTORS>
INLINE void multiply_tile(const float* z, int z_vectors, const float* w, int w_step, float* out, int out_step) {
    Sums<L, IMAGES, VECTORS> s;
    const auto at = [&](auto a, auto v) INLINE_LAMBDA { return out + a * out_step + v * 2 * L; };
    const auto pass = [&](auto part, auto sign, auto weight) INLINE_LAMBDA {
        for (int zv = 0; zv < z_vectors; ++zv) {
            const float *zs = z + zv * VECTOR<L> + part * PART<L>, *ws = w + zv * L * w_step;
            for (int i = 0; i < L; ++i, ws += w_step)
                s.template add<sign>([&](auto a) INLINE_LAMBDA { return zs[a * L + i]; },
                                     [&](auto v) INLINE_LAMBDA { return weight(ws + v * 2 * L); });
        }
    };
    constexpr std::integral_constant<int, 0> real;
    constexpr std::integral_constant<int, 1> imaginary, plus;
    constexpr std::integral_constant<int, 2> sums;
    constexpr std::integral_constant<int, -1> minus;
    pass(real, plus, [](const float* p) INLINE_LAMBDA { return load<L>(p); });
    s.each([&](auto a, auto v, Vec<L>& sum) INLINE_LAMBDA { store(at(a, v) + L, sum); });
    forget_registers();
    pass(imaginary, minus, [](const float* p) INLINE_LAMBDA { return load<L>(p + L); });
    s.each([&](auto a, auto v, Vec<L>& sum) INLINE_LAMBDA {
        store(at(a, v), sum);
        sum -= 2.0f * load<L>(at(a, v) + L);
    });
    pass(sums, plus, [](const float* p) INLINE_LAMBDA { return load<L>(p) + load<L>(p + L); });
    s.each([&](auto a, auto v, Vec<L>& sum) INLINE_LAMBDA { store(at(a, v) + L, sum); });
}

// `count` frequencies of IMAGES images.
template <int L, int IMAGES>
void multiply(const float* z, int z_vectors, int vectors, const float* w, float* out, int count) {
    const int step = vectors * 2 * L;
    for (int f = 0; f < count; ++f, z += z_vectors * VECTOR<L>, w += z_vectors * L * step, out += TILE * step) {
        int v = 0;
        for (; v + 2 <= vectors; v += 2)
            multiply_tile<L, IMAGES, 2>(z, z_vectors, w + v * 2 * L, step, out + v * 2 * L, step);
        if (v < vectors) multiply_tile<L, IMAGES, 1>(z, z_vectors, w + v * 2 * L, step, out + v * 2 * L, step);
    }
}

// p = (xr + xi) gr,   re += p - xi (gr - gi),   im += p - xr (gr + gi)
template <int L, int IMAGES, int INPUTS, int VECTORS>
INLINE void outer_tile(const float* x, const float* g, float* d, int d_step) {
    Sums<L, INPUTS, VECTORS> s;
    alignas(64) float first[INPUTS * VECTORS * L];
    const auto at = [&](auto i, auto v) INLINE_LAMBDA { return d + i * d_step + v * 2 * L; };
    const auto kept = [&](auto i, auto v) INLINE_LAMBDA { return first + (i * VECTORS + v) * L; };
    unroll<IMAGES>([&](auto a) INLINE_LAMBDA {
        s.template add<1>([&](auto i) INLINE_LAMBDA { return x[2 * PART<L> + a * L + i]; },
                          [&](auto v) INLINE_LAMBDA { return load<L>(g + v * VECTOR<L> + a * L); });
    });
    s.each([&](auto i, auto v, Vec<L>& sum) INLINE_LAMBDA { store(kept(i, v), sum); });
    forget_registers();
    s.each([&](auto i, auto v, Vec<L>& sum) INLINE_LAMBDA { sum += load<L>(at(i, v)); });
    unroll<IMAGES>([&](auto a) INLINE_LAMBDA {
        s.template add<-1>([&](auto i) INLINE_LAMBDA { return x[PART<L> + a * L + i]; },
                           [&](auto v) INLINE_LAMBDA {
                               const float* gv = g + v * VECTOR<L> + a * L;
                               return load<L>(gv) - load<L>(gv + PART<L>);
                           });
    });
    s.each([&](auto i, auto v, Vec<L>& sum) INLINE_LAMBDA {
        store(at(i, v), sum);
        sum = load<L>(kept(i, v)) + load<L>(at(i, v) + L);
    });
    unroll<IMAGES>([&](auto a) INLINE_LAMBDA {
        s.template add<-1>([&](auto i) INLINE_LAMBDA { return x[a * L + i]; },
                           [&](auto v) INLINE_LAMBDA { return load<L>(g + v * VECTOR<L> + 2 * PART<L> + a * L); });
    });
    s.each([&](auto i, auto v, Vec<L>& sum) INLINE_LAMBDA { store(at(i, v) + L, sum); });
}

template <int L, int IMAGES>
void outer(const float* x, int x_vectors, const float* g, int vectors, float* d, int count) {
    constexpr int INPUTS = 4;
    const int step = vectors * 2 * L;
    for (int f = 0; f < count; ++f, x += x_vectors * VECTOR<L>, g += vectors * VECTOR<L>)
        for (int i = 0; i < x_vectors * L; i += INPUTS, d += INPUTS * step) {
            const float* xi = x + i / L * VECTOR<L> + i % L;
            int v = 0;
            for (; v + 2 <= vectors; v += 2)
                outer_tile<L, IMAGES, INPUTS, 2>(xi, g + v * VECTOR<L>, d + v * 2 * L, step);
            if (v < vectors) outer_tile<L, IMAGES, INPUTS, 1>(xi, g + v * VECTOR<L>, d + v * 2 * L, step);
        }
}

// f(IMAGES) with the number of images as a constant.
template <class F>
void with_images(int images, F f) {
    static_assert(TILE == 6);
    switch (images) {
        case 1: return f(std::integral_constant<int, 1>{});
        case 2: return f(std::integral_constant<int, 2>{});
        case 3: return f(std::integral_constant<int, 3>{});
        case 4: return f(std::integral_constant<int, 4>{});
        case 5: return f(std::integral_constant<int, 5>{});
        default: return f(std::integral_constant<int, 6>{});
    }
}

}  // namespace spectral
