// Discrete Fourier transforms of length N = 4 M, M odd, on vectors:   X[k] = sum_n x[n] exp(-2 pi i n k / N).
//
// 4 and M have no common factor, so the Good-Thomas map n = M a + 4 b (mod N) turns the transform into a 4 x M one
// without twiddle factors. Lengths are template parameters and everything is unrolled: inputs known to be zero and
// outputs nobody stores cost nothing.
#pragma once

#include "simd.hpp"

namespace spectral {

template <class V>
struct Complex {
    V re, im;
};

// cos(2 pi num / den), usable in constant expressions.
constexpr double cos_turn(int num, int den) {
    num = (num % den + den) % den;
    const double x = 6.283185307179586476925 * (2 * num > den ? den - num : num) / den;
    double term = 1, sum = 1;
    for (int i = 1; i < 24; ++i) {
        term *= -x * x / ((2.0 * i - 1) * (2.0 * i));
        sum += term;
    }
    return sum;
}

constexpr double sin_turn(int num, int den) { return cos_turn(4 * num - den, 4 * den); }

// Odd length: x[j] +- x[M-j] meet the cosines and the sines separately.
template <int M, class V>
INLINE void dft_direct(const Complex<V> (&x)[M], Complex<V> (&y)[M]) {
    constexpr int H = (M - 1) / 2;
    Complex<V> even[H + 1], odd[H + 1];
    y[0] = x[0];
    unroll<H>([&](auto i) INLINE_LAMBDA {
        constexpr int j = i + 1;
        even[j] = {x[j].re + x[M - j].re, x[j].im + x[M - j].im};
        odd[j] = {x[j].re - x[M - j].re, x[j].im - x[M - j].im};
        y[0] = {y[0].re + even[j].re, y[0].im + even[j].im};
    });
    unroll<H>([&](auto i) INLINE_LAMBDA {
        constexpr int k = i + 1;
        Complex<V> a = x[0], b = {};
        unroll<H>([&](auto i) INLINE_LAMBDA {
            constexpr int j = i + 1;
            constexpr float c = cos_turn(j * k, M), s = sin_turn(j * k, M);
            a = {a.re + c * even[j].re, a.im + c * even[j].im};
            b = {b.re + s * odd[j].re, b.im + s * odd[j].im};
        });
        y[k] = {a.re + b.im, a.im - b.re};
        y[M - k] = {a.re - b.im, a.im + b.re};
    });
}

// The same of real values: outputs 0 .. (M-1)/2, the others are their conjugates.
template <int M, class V>
INLINE void dft_direct_real(const V (&x)[M], Complex<V> (&y)[(M + 1) / 2]) {
    constexpr int H = (M - 1) / 2;
    V even[H + 1], odd[H + 1];
    y[0] = {x[0], V{}};
    unroll<H>([&](auto i) INLINE_LAMBDA {
        constexpr int j = i + 1;
        even[j] = x[j] + x[M - j];
        odd[j] = x[M - j] - x[j];
        y[0].re += even[j];
    });
    unroll<H>([&](auto i) INLINE_LAMBDA {
        constexpr int k = i + 1;
        y[k] = {x[0], V{}};
        unroll<H>([&](auto i) INLINE_LAMBDA {
            constexpr int j = i + 1;
            constexpr float c = cos_turn(j * k, M), s = sin_turn(j * k, M);
            y[k] = {y[k].re + c * even[j], y[k].im + s * odd[j]};
        });
    });
}

// Its inverse, unscaled.
template <int M, class V>
INLINE void inverse_direct_real(const Complex<V> (&y)[(M + 1) / 2], V (&x)[M]) {
    constexpr int H = (M - 1) / 2;
    V sum = y[0].re;
    unroll<H>([&](auto i) INLINE_LAMBDA { sum += 2.0f * y[i + 1].re; });
    x[0] = sum;
    unroll<H>([&](auto i) INLINE_LAMBDA {
        constexpr int j = i + 1;
        V a = y[0].re, b = {};
        unroll<H>([&](auto i) INLINE_LAMBDA {
            constexpr int k = i + 1;
            constexpr float c = 2 * cos_turn(j * k, M), s = 2 * sin_turn(j * k, M);
            a += c * y[k].re;
            b += s * y[k].im;
        });
        x[j] = a - b;
        x[M - j] = a + b;
    });
}

// Nine = three threes with twiddle factors in between: fewer operations than directly, and fewer values alive at once.
// x[a + 3 c] -> y[b + 3 d].
template <int A_B, class V>
INLINE Complex<V> twiddle(Complex<V> z, int direction) {
    constexpr float c = cos_turn(A_B, 9);
    const float s = direction * static_cast<float>(sin_turn(A_B, 9));
    return {c * z.re + s * z.im, c * z.im - s * z.re};
}

template <int M, class V>
INLINE void dft_odd(const Complex<V> (&x)[M], Complex<V> (&y)[M]) {
    if constexpr (M != 9) return dft_direct<M>(x, y);
    Complex<V> t[3][3];
    unroll<3>([&](auto a) INLINE_LAMBDA {
        const Complex<V> in[3] = {x[a], x[a + 3], x[a + 6]};
        Complex<V> out[3];
        dft_direct<3>(in, out);
        t[0][a] = out[0];
        t[1][a] = twiddle<a>(out[1], 1);
        t[2][a] = twiddle<2 * a>(out[2], 1);
    });
    unroll<3>([&](auto b) INLINE_LAMBDA {
        Complex<V> out[3];
        dft_direct<3>(t[b], out);
        y[b] = out[0], y[b + 3] = out[1], y[b + 6] = out[2];
    });
}

template <int M, class V>
INLINE void dft_odd_real(const V (&x)[M], Complex<V> (&y)[(M + 1) / 2]) {
    if constexpr (M != 9) return dft_direct_real<M>(x, y);
    V t0[3];
    Complex<V> t1[3], y0[2], y1[3];
    unroll<3>([&](auto a) INLINE_LAMBDA {
        const V in[3] = {x[a], x[a + 3], x[a + 6]};
        Complex<V> out[2];
        dft_direct_real<3>(in, out);
        t0[a] = out[0].re;
        t1[a] = twiddle<a>(out[1], 1);
    });
    dft_direct_real<3>(t0, y0);
    dft_direct<3>(t1, y1);
    y[0] = y0[0], y[1] = y1[0], y[2] = {y1[2].re, -y1[2].im}, y[3] = y0[1], y[4] = y1[1];
}

template <int M, class V>
INLINE void inverse_odd_real(const Complex<V> (&y)[(M + 1) / 2], V (&x)[M]) {
    if constexpr (M != 9) return inverse_direct_real<M>(y, x);
    const Complex<V> y0[2] = {y[0], y[3]}, y1[3] = {{y[1].im, y[1].re}, {y[4].im, y[4].re}, {-y[2].im, y[2].re}};
    V t0[3];
    Complex<V> t1[3];
    inverse_direct_real<3>(y0, t0);
    dft_direct<3>(y1, t1);  // the inverse, with real and imaginary parts exchanged on both sides
    unroll<3>([&](auto a) INLINE_LAMBDA {
        const Complex<V> in[2] = {{t0[a], V{}}, twiddle<a>(Complex<V>{t1[a].im, t1[a].re}, -1)};
        V out[3];
        inverse_direct_real<3>(in, out);
        x[a] = out[0], x[a + 3] = out[1], x[a + 6] = out[2];
    });
}

// Where Good-Thomas reads and writes.
template <int N>
struct Map {
    static constexpr int M = N / 4;
    static_assert(N % 4 == 0 && M % 2 == 1);
    static constexpr int in(int a, int b) { return (M * a + 4 * b) % N; }
    static constexpr int out(int a, int b) {
        int k = a;
        while (k % M != b) k += 4;
        return k;
    }
};

// Complex transform. get(n) gives input n, put(k, value) takes output k; both receive compile-time constants.
template <int N, class V, class Get, class Put>
INLINE void dft(Get get, Put put) {
    using At = Map<N>;
    constexpr int M = At::M;
    Complex<V> t[4][M];
    unroll<M>([&](auto b) INLINE_LAMBDA {
        const Complex<V> x0 = get(std::integral_constant<int, At::in(0, b)>{});
        const Complex<V> x1 = get(std::integral_constant<int, At::in(1, b)>{});
        const Complex<V> x2 = get(std::integral_constant<int, At::in(2, b)>{});
        const Complex<V> x3 = get(std::integral_constant<int, At::in(3, b)>{});
        const Complex<V> s0 = {x0.re + x2.re, x0.im + x2.im}, d0 = {x0.re - x2.re, x0.im - x2.im};
        const Complex<V> s1 = {x1.re + x3.re, x1.im + x3.im}, d1 = {x1.re - x3.re, x1.im - x3.im};
        t[0][b] = {s0.re + s1.re, s0.im + s1.im};
        t[1][b] = {d0.re + d1.im, d0.im - d1.re};
        t[2][b] = {s0.re - s1.re, s0.im - s1.im};
        t[3][b] = {d0.re - d1.im, d0.im + d1.re};
    });
    unroll<4>([&](auto a) INLINE_LAMBDA {
        Complex<V> y[M];
        dft_odd<M>(t[a], y);
        unroll<M>([&](auto b) INLINE_LAMBDA { put(std::integral_constant<int, At::out(a, b)>{}, y[b]); });
    });
}

// Inverse, unscaled: the forward transform with real and imaginary parts exchanged on both sides.
template <int N, class V, class Get, class Put>
INLINE void inverse_dft(Get get, Put put) {
    dft<N, V>(
        [&](auto k) INLINE_LAMBDA {
            const Complex<V> z = get(k);
            return Complex<V>{z.im, z.re};
        },
        [&](auto n, Complex<V> z) INLINE_LAMBDA { put(n, Complex<V>{z.im, z.re}); });
}

// Real transform: put receives k = 0 .. N/2.
template <int N, class V, class Get, class Put>
INLINE void real_dft(Get get, Put put) {
    using At = Map<N>;
    constexpr int M = At::M, H = (M + 1) / 2;
    V t0[M], t2[M];
    Complex<V> t1[M];
    unroll<M>([&](auto b) INLINE_LAMBDA {
        const V x0 = get(std::integral_constant<int, At::in(0, b)>{}), x2 = get(std::integral_constant<int, At::in(2, b)>{});
        const V x1 = get(std::integral_constant<int, At::in(1, b)>{}), x3 = get(std::integral_constant<int, At::in(3, b)>{});
        const V s0 = x0 + x2, s1 = x1 + x3;
        t0[b] = s0 + s1;
        t1[b] = {x0 - x2, x3 - x1};
        t2[b] = s0 - s1;
    });
    const auto put_lower = [&](auto k, Complex<V> z) INLINE_LAMBDA {
        if constexpr (2 * k <= N)
            put(k, z);
        else
            put(std::integral_constant<int, N - k>{}, Complex<V>{z.re, -z.im});
    };
    Complex<V> y0[H], y1[M], y2[H];
    dft_odd_real<M>(t0, y0);
    unroll<H>([&](auto b) INLINE_LAMBDA { put_lower(std::integral_constant<int, At::out(0, b)>{}, y0[b]); });
    dft_odd<M>(t1, y1);
    unroll<M>([&](auto b) INLINE_LAMBDA { put_lower(std::integral_constant<int, At::out(1, b)>{}, y1[b]); });
    dft_odd_real<M>(t2, y2);
    unroll<H>([&](auto b) INLINE_LAMBDA { put_lower(std::integral_constant<int, At::out(2, b)>{}, y2[b]); });
}

// Its inverse, unscaled: get is asked for k = 0 .. N/2, put receives n = 0 .. N-1.
template <int N, class V, class Get, class Put>
INLINE void inverse_real_dft(Get get, Put put) {
    using At = Map<N>;
    constexpr int M = At::M, H = (M + 1) / 2;
    const auto get_any = [&](auto k) INLINE_LAMBDA {
        if constexpr (2 * k <= N) {
            return get(k);
        } else {
            const Complex<V> z = get(std::integral_constant<int, N - k>{});
            return Complex<V>{z.re, -z.im};
        }
    };
    Complex<V> y0[H], y1[M], y2[H], t1[M];
    V t0[M], t2[M];
    unroll<H>([&](auto b) INLINE_LAMBDA {
        y0[b] = get_any(std::integral_constant<int, At::out(0, b)>{});
        y2[b] = get_any(std::integral_constant<int, At::out(2, b)>{});
    });
    inverse_odd_real<M>(y0, t0);
    inverse_odd_real<M>(y2, t2);
    unroll<M>([&](auto b) INLINE_LAMBDA {
        const Complex<V> z = get_any(std::integral_constant<int, At::out(1, b)>{});
        y1[b] = {z.im, z.re};
    });
    dft_odd<M>(y1, t1);  // t1 holds the inverse with its parts exchanged
    unroll<M>([&](auto b) INLINE_LAMBDA {
        const V s = t0[b] + t2[b], d = t0[b] - t2[b];
        put(std::integral_constant<int, At::in(0, b)>{}, s + 2.0f * t1[b].im);
        put(std::integral_constant<int, At::in(1, b)>{}, d - 2.0f * t1[b].re);
        put(std::integral_constant<int, At::in(2, b)>{}, s - 2.0f * t1[b].im);
        put(std::integral_constant<int, At::in(3, b)>{}, d + 2.0f * t1[b].re);
    });
}

}  // namespace spectral
