// The pointwise stage: at every frequency f a small complex matrix product over channels, for several images at once.
//
//   forward, backward data:   out[image][o] = sum_i z[image][i] w[i][o]
//   backward weights:         d[i][o]      += sum_image x[image][i] conj(g[image][o])
//
// z, x, g    [f][vector of channels][real parts, imaginary parts, in NARROW widths sums of both][TILE images][L]
// w, d       [f][i][vector of o][re L, im L], i up to a multiple of L
// out        [f][TILE images][vector of o][re L, im L]
//
// Of z, x, g and out, neighbouring frequencies are `stride` floats apart, and out may begin one stride before z: the results
// of a frequency are written when its inputs have been read.
//
// Where there are 16 registers a complex product takes three real ones, done one after the other for a whole tile of sums that
// stay in registers. With 32, real and imaginary sums stay there together: four real products, and everything is read once.
#pragma once

#include "simd.hpp"

namespace spectral {

// Widths of which 16 registers must do.
template <int L>
constexpr bool NARROW = L < 16;

// Images at once. Six times 2 vectors of outputs, with two weights and a value, take 15 registers; eight times a real and an
// imaginary sum, with two weights and two values, 20.
template <int L>
constexpr int TILE = NARROW<L> ? 6 : 8;

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
constexpr int PART = TILE<L> * L;
template <int L>
constexpr int VECTOR = (NARROW<L> ? 3 : 2) * PART<L>;

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

// re = zr wr - zi wi,   im = zr wi + zi wr
template <int L, int IMAGES>
INLINE void multiply_wide(const float* z, int z_vectors, const float* w, int w_step, float* out, int out_step) {
    Vec<L> re[IMAGES] = {}, im[IMAGES] = {};
    for (int zv = 0; zv < z_vectors; ++zv, z += VECTOR<L>)
        for (int i = 0; i < L; ++i, w += w_step) {
            const Vec<L> wr = load<L>(w), wi = load<L>(w + L);
            __builtin_prefetch(w + L * w_step), __builtin_prefetch(w + L * w_step + L);  // of the next frequency
            unroll<IMAGES>([&](auto a) INLINE_LAMBDA {
                const Vec<L> zr = broadcast<L>(z[a * L + i]), zi = broadcast<L>(z[PART<L> + a * L + i]);
                re[a] += zr * wr, im[a] += zr * wi;
                re[a] -= zi * wi, im[a] += zi * wr;
            });
        }
    unroll<IMAGES>([&](auto a) INLINE_LAMBDA { store(out + a * out_step, re[a]), store(out + a * out_step + L, im[a]); });
}

// `count` frequencies of IMAGES images.
template <int L, int IMAGES>
void multiply(const float* z, int z_vectors, int vectors, const float* w, float* out, std::ptrdiff_t stride, int count) {
    const int step = vectors * 2 * L;
    for (int f = 0; f < count; ++f, z += stride, w += z_vectors * L * step, out += stride) {
        int v = 0;
        if constexpr (NARROW<L>)
            for (; v + 2 <= vectors; v += 2)
                multiply_tile<L, IMAGES, 2>(z, z_vectors, w + v * 2 * L, step, out + v * 2 * L, step);
        for (; v < vectors; ++v)
            if constexpr (NARROW<L>)
                multiply_tile<L, IMAGES, 1>(z, z_vectors, w + v * 2 * L, step, out + v * 2 * L, step);
            else
                multiply_wide<L, IMAGES>(z, z_vectors, w + v * 2 * L, step, out + v * 2 * L, step);
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

// re += xr gr + xi gi,   im += xi gr - xr gi
template <int L, int IMAGES, int INPUTS>
INLINE void outer_wide(const float* x, const float* g, float* d, int d_step) {
    Vec<L> re[INPUTS], im[INPUTS];
    unroll<INPUTS>([&](auto i) INLINE_LAMBDA { re[i] = load<L>(d + i * d_step), im[i] = load<L>(d + i * d_step + L); });
    unroll<IMAGES>([&](auto a) INLINE_LAMBDA {
        const Vec<L> gr = load<L>(g + a * L), gi = load<L>(g + PART<L> + a * L);
        unroll<INPUTS>([&](auto i) INLINE_LAMBDA {
            const Vec<L> xr = broadcast<L>(x[a * L + i]), xi = broadcast<L>(x[PART<L> + a * L + i]);
            re[i] += xr * gr, im[i] += xi * gr;
            re[i] += xi * gi, im[i] -= xr * gi;
        });
    });
    unroll<INPUTS>([&](auto i) INLINE_LAMBDA { store(d + i * d_step, re[i]), store(d + i * d_step + L, im[i]); });
}

template <int L, int IMAGES>
void outer(const float* x, int x_vectors, const float* g, int vectors, float* d, std::ptrdiff_t stride, int count) {
    constexpr int INPUTS = NARROW<L> ? 4 : 8;
    const int step = vectors * 2 * L;
    for (int f = 0; f < count; ++f, x += stride, g += stride)
        for (int i = 0; i < x_vectors * L; i += INPUTS, d += INPUTS * step) {
            const float* xi = x + i / L * VECTOR<L> + i % L;
            int v = 0;
            if constexpr (NARROW<L>)
                for (; v + 2 <= vectors; v += 2)
                    outer_tile<L, IMAGES, INPUTS, 2>(xi, g + v * VECTOR<L>, d + v * 2 * L, step);
            for (; v < vectors; ++v)
                if constexpr (NARROW<L>)
                    outer_tile<L, IMAGES, INPUTS, 1>(xi, g + v * VECTOR<L>, d + v * 2 * L, step);
                else
                    outer_wide<L, IMAGES, INPUTS>(xi, g + v * VECTOR<L>, d + v * 2 * L, step);
        }
}

// f(IMAGES) with the number of images, at most MOST, as a constant.
template <int MOST, class F>
void with_images(int images, F f) {
    if constexpr (MOST > 1)
        if (images < MOST) return with_images<MOST - 1>(images, f);
    f(std::integral_constant<int, MOST>{});
}

}  // namespace spectral
