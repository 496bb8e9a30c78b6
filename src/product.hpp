// The pointwise stage: at every frequency f a small complex matrix product over channels, for several images at once.
//
//   forward, backward data:   out[image][o] = sum_i z[image][i] w[i][o]
//   backward weights:         d[i][o]      += sum_image x[image][i] conj(g[image][o])
//
// Columns come from Plane: [vector of channels][f][re L, im L], each vector and image COLUMN floats further.
// Weights and their gradients are [f][i][vector of o][re L, im L].
#pragma once

#include "plane.hpp"

namespace spectral {

constexpr int TILE = 4;  // images a tile: TILE x 2 sums of each kind in registers

// Three real products in place of four:   p = zr wr,  re = p - zi wi,  im = (zr + zi)(wr + wi) - 2 p + re.
// z: [3][images][inputs, padded] real parts, imaginary parts, sums.
template <int L, int IMAGES, int VECTORS>
INLINE void multiply_tile(const float* z, int padded, int inputs, const float* w, int w_step, float* out,
                          std::ptrdiff_t image_step, std::ptrdiff_t vector_step) {
    using V = Vec<L>;
    V sum[IMAGES][VECTORS] = {}, first[IMAGES][VECTORS];
    const auto each = [&](auto f) INLINE_LAMBDA {
        unroll<IMAGES>([&](auto a) INLINE_LAMBDA { unroll<VECTORS>([&](auto v) INLINE_LAMBDA { f(a, v); }); });
    };
    const auto accumulate = [&](const float* zs, auto weight, auto sign) INLINE_LAMBDA {
        for (int i = 0; i < inputs; ++i) {
            V ws[VECTORS];
            unroll<VECTORS>([&](auto v) INLINE_LAMBDA { ws[v] = weight(w + i * w_step + v * 2 * L); });
            unroll<IMAGES>([&](auto a) INLINE_LAMBDA {
                const V value = broadcast<L>(zs[a * padded + i]);
                unroll<VECTORS>([&](auto v) INLINE_LAMBDA {
                    if constexpr (sign > 0)
                        sum[a][v] += value * ws[v];
                    else
                        sum[a][v] -= value * ws[v];
                });
            });
        }
    };
    constexpr std::integral_constant<int, 1> plus;
    constexpr std::integral_constant<int, -1> minus;
    accumulate(z, [](const float* p) INLINE_LAMBDA { return load<L>(p); }, plus);
    each([&](auto a, auto v) INLINE_LAMBDA { first[a][v] = sum[a][v]; });
    accumulate(z + IMAGES * padded, [](const float* p) INLINE_LAMBDA { return load<L>(p + L); }, minus);
    each([&](auto a, auto v) INLINE_LAMBDA {
        store(out + a * image_step + v * vector_step, sum[a][v]);
        sum[a][v] -= 2.0f * first[a][v];
    });
    accumulate(z + 2 * IMAGES * padded, [](const float* p) INLINE_LAMBDA { return load<L>(p) + load<L>(p + L); }, plus);
    each([&](auto a, auto v) INLINE_LAMBDA { store(out + a * image_step + v * vector_step + L, sum[a][v]); });
}

// `count` frequencies of IMAGES images; `scratch` holds 3 IMAGES in L floats.
template <int L, int N, int IMAGES>
void multiply(const float* z, int inputs, int outs, const float* w, float* out, int vectors, int count, float* scratch) {
    using P = Plane<L, N>;
    const std::ptrdiff_t image_step = static_cast<std::ptrdiff_t>(vectors) * P::COLUMN;
    const int in = (inputs + L - 1) / L, padded = in * L, w_step = outs * 2 * L;
    for (int f = 0; f < count; ++f) {
        for (int a = 0; a < IMAGES; ++a)
            for (int v = 0; v < in; ++v) {
                const auto value = P::load_complex(z + a * image_step + v * P::COLUMN + f * P::ROW);
                float* to = scratch + a * padded + v * L;
                store(to, value.re);
                store(to + IMAGES * padded, value.im);
                store(to + 2 * IMAGES * padded, value.re + value.im);
            }
        const float* wf = w + static_cast<std::ptrdiff_t>(f) * inputs * w_step;
        float* to = out + f * P::ROW;
        int v = 0;
        for (; v + 2 <= outs; v += 2)
            multiply_tile<L, IMAGES, 2>(scratch, padded, inputs, wf + v * 2 * L, w_step, to + v * P::COLUMN, image_step,
                                        P::COLUMN);
        if (v < outs)
            multiply_tile<L, IMAGES, 1>(scratch, padded, inputs, wf + v * 2 * L, w_step, to + v * P::COLUMN, image_step,
                                        P::COLUMN);
    }
}

// d[i][v] += x[i] conj(g[v]) for INPUTS neighbouring inputs and VECTORS vectors of outputs, summed over images.
template <int L, int N, int INPUTS, int VECTORS>
INLINE void outer_tile(const float* x, const float* g, int images, std::ptrdiff_t image_step, float* d, int d_step) {
    using P = Plane<L, N>;
    Complex<Vec<L>> sum[INPUTS][VECTORS];
    const auto each = [&](auto f) INLINE_LAMBDA {
        unroll<INPUTS>([&](auto i) INLINE_LAMBDA { unroll<VECTORS>([&](auto v) INLINE_LAMBDA { f(i, v); }); });
    };
    each([&](auto i, auto v) INLINE_LAMBDA { sum[i][v] = P::load_complex(d + i * d_step + v * 2 * L); });
    for (int a = 0; a < images; ++a, x += image_step, g += image_step) {
        Complex<Vec<L>> gs[VECTORS];
        unroll<VECTORS>([&](auto v) INLINE_LAMBDA { gs[v] = P::load_complex(g + v * P::COLUMN); });
        unroll<INPUTS>([&](auto i) INLINE_LAMBDA {
            const Vec<L> re = broadcast<L>(x[i]), im = broadcast<L>(x[L + i]);
            unroll<VECTORS>([&](auto v) INLINE_LAMBDA {
                sum[i][v].re += re * gs[v].re;
                sum[i][v].im += im * gs[v].re;
                sum[i][v].re += im * gs[v].im;
                sum[i][v].im -= re * gs[v].im;
            });
        });
    }
    each([&](auto i, auto v) INLINE_LAMBDA { P::store_complex(d + i * d_step + v * 2 * L, sum[i][v]); });
}

template <int L, int N, int INPUTS>
INLINE void outer_row(const float* x, const float* g, int outs, int images, std::ptrdiff_t image_step, float* d) {
    using P = Plane<L, N>;
    const int d_step = outs * 2 * L;
    int v = 0;
    for (; v + 2 <= outs; v += 2)
        outer_tile<L, N, INPUTS, 2>(x, g + v * P::COLUMN, images, image_step, d + v * 2 * L, d_step);
    if (v < outs) outer_tile<L, N, INPUTS, 1>(x, g + v * P::COLUMN, images, image_step, d + v * 2 * L, d_step);
}

template <int L, int N>
void outer(const float* x, const float* g, int inputs, int outs, float* d, int vectors, int images, int count) {
    using P = Plane<L, N>;
    const std::ptrdiff_t image_step = static_cast<std::ptrdiff_t>(vectors) * P::COLUMN;
    for (int f = 0; f < count; ++f, x += P::ROW, g += P::ROW) {
        int i = 0;
        for (; i + 2 <= inputs; i += 2, d += 2 * outs * 2 * L)
            outer_row<L, N, 2>(x + i / L * P::COLUMN + i % L, g, outs, images, image_step, d);
        if (i < inputs) {
            outer_row<L, N, 1>(x + i / L * P::COLUMN + i % L, g, outs, images, image_step, d);
            d += outs * 2 * L;
        }
    }
}

}  // namespace spectral
