// Batch normalization, ReLU and the shortcut's add in one pass over memory:   y = [skip +] f(a (u - mean) + b),
// a = gamma / sqrt(variance + eps). Tensors are dense NHWC; a pixel is `channels` floats.
//
// Sums over pixels run in float over a short strip and in double from strip to strip. The mask of the ReLU is not kept:
// the way back finds it again from u.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "pool.hpp"
#include "simd.hpp"

namespace spectral {

// Per channel, in double until they are used.
struct Norm {
    int channels;
    std::ptrdiff_t pixels;
    const float *gamma, *beta, *mean, *variance;
    double eps;
    bool relu;
    double inverse_sd(int c) const { return 1 / std::sqrt(variance[c] + eps); }
};

template <int L>
class Normalization {
public:
    Normalization(const Norm& n, int threads, Pool& pool) : n_(n), threads_(threads), pool_(pool) {}

    // Mean and biased variance, from sums of u minus the first pixel: that keeps a large mean from drowning a small variance.
    void statistics(const float* u, float* mean, float* variance) {
        const auto sums = reduce([&](const Channels& at, std::ptrdiff_t from, std::ptrdiff_t to, V& first, V& second) {
            const V origin = at.load(u);
            for (std::ptrdiff_t p = from; p < to; ++p) {
                const V d = at.load(u + p * n_.channels) - origin;
                first += d, second += d * d;
            }
        });
        for (int c = 0; c < n_.channels; ++c) {
            const double shift = sums[c] / n_.pixels, square = sums[n_.channels + c] / n_.pixels;
            mean[c] = static_cast<float>(u[c] + shift);
            variance[c] = static_cast<float>(square < shift * shift ? 0 : square - shift * shift);
        }
    }

    void forward(const float* u, const float* skip, float* y) {
        each([&](const Channels& at, std::ptrdiff_t from, std::ptrdiff_t to) {
            const Line line(n_, at);
            for (std::ptrdiff_t p = from; p < to; ++p) {
                const std::ptrdiff_t i = p * n_.channels;
                const V v = line(at.load(u + i)), f = n_.relu ? passed(v, v) : v;
                at.store(y + i, skip ? at.load(skip + i) + f : f);
            }
        });
    }

    // With `batch` the statistics are the batch's own and the gradient flows through them too. Any result may be nullptr.
    void backward(const float* g, const float* u, bool batch, float* u_gradient, float* gamma_gradient, float* beta_gradient) {
        const auto sums = reduce([&](const Channels& at, std::ptrdiff_t from, std::ptrdiff_t to, V& first, V& second) {
            const Line line(n_, at);
            for (std::ptrdiff_t p = from; p < to; ++p) {
                const V x = at.load(u + p * n_.channels), h = incoming(line, x, at.load(g + p * n_.channels));
                first += h, second += h * (x - line.mean);
            }
        });
        std::vector<float> constant(n_.channels + L), slope(n_.channels + L);
        for (int c = 0; c < n_.channels; ++c) {
            const double sd = n_.inverse_sd(c), h = sums[c], hx = sums[n_.channels + c];
            if (beta_gradient) beta_gradient[c] = static_cast<float>(h);
            if (gamma_gradient) gamma_gradient[c] = static_cast<float>(hx * sd);
            if (batch) constant[c] = h / n_.pixels, slope[c] = hx * sd * sd / n_.pixels;
        }
        if (!u_gradient) return;
        each([&](const Channels& at, std::ptrdiff_t from, std::ptrdiff_t to) {
            const Line line(n_, at);
            const V k = load<L>(constant.data() + at.first), s = load<L>(slope.data() + at.first);
            for (std::ptrdiff_t p = from; p < to; ++p) {
                const std::ptrdiff_t i = p * n_.channels;
                const V x = at.load(u + i), h = incoming(line, x, at.load(g + i));
                at.store(u_gradient + i, line.a * (h - k - s * (x - line.mean)));
            }
        });
    }

private:
    using V = Vec<L>;
    static constexpr std::ptrdiff_t STRIP = 64;  // pixels

    // Channels first .. first+L-1 of a pixel, as far as there are.
    struct Channels {
        int first, lanes;
        INLINE V load(const float* pixel) const {
            if (lanes == L) return spectral::load<L>(pixel + first);
            V v = {};
            std::memcpy(&v, pixel + first, sizeof(float) * lanes);
            return v;
        }
        INLINE void store(float* pixel, V v) const { std::memcpy(pixel + first, &v, lanes == L ? sizeof v : sizeof(float) * lanes); }
    };

    // v = a (u - mean) + b
    struct Line {
        V mean, a = {}, b;
        Line(const Norm& n, const Channels& at) : mean(at.load(n.mean)), b(at.load(n.beta)) {
            for (int i = 0; i < at.lanes; ++i) a[i] = static_cast<float>(n.gamma[at.first + i] * n.inverse_sd(at.first + i));
        }
        INLINE V operator()(V u) const { return a * (u - mean) + b; }
    };

    // x where v passes a ReLU, zero elsewhere; NaN passes.
    static INLINE V passed(V v, V x) {
        using Ints = typename Lanes<L>::Ints;
        return (V)((Ints)x & ~(Ints)(v <= V{}));
    }

    INLINE V incoming(const Line& line, V u, V g) const { return n_.relu ? passed(line(u), g) : g; }

    // body(channels, from, to) over strips of pixels, each thread's own share.
    template <class F>
    void each(F body) {
        pool_.run(threads_, [&](int t) { walk(t, body); });
    }

    template <class F>
    void walk(int t, F body) {
        const std::ptrdiff_t end = n_.pixels * (t + 1) / threads_;
        for (std::ptrdiff_t p = n_.pixels * t / threads_; p < end; p += STRIP)
            for (int c = 0; c < n_.channels; c += L)
                body(Channels{c, std::min(L, n_.channels - c)}, p, std::min(p + STRIP, end));
    }

    // Two sums over all pixels for each channel, the threads' parts added in order.
    template <class F>
    std::vector<double> reduce(F body) {
        std::vector<std::vector<double>> parts(threads_);
        pool_.run(threads_, [&](int t) {
            std::vector<double> sums(2 * n_.channels);
            walk(t, [&](const Channels& at, std::ptrdiff_t from, std::ptrdiff_t to) INLINE_LAMBDA {
                V first = {}, second = {};
                body(at, from, to, first, second);
                for (int i = 0; i < at.lanes; ++i)
                    sums[at.first + i] += first[i], sums[n_.channels + at.first + i] += second[i];
            });
            parts[t] = std::move(sums);
        });
        for (int t = 1; t < threads_; ++t)
            for (int i = 0; i < 2 * n_.channels; ++i) parts[0][i] += parts[t][i];
        return parts[0];
    }

    Norm n_;
    int threads_;
    Pool& pool_;
};

}  // namespace spectral
