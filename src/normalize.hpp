// Batch normalization by itself, where no convolution takes its passes along. Tensors are dense NHWC; a pixel is `channels` floats.
//
// ChannelSums over pixels run in float over a short strip and in double from strip to strip. The mask of the ReLU is not kept:
// the way back finds it again from u.
#pragma once

#include <vector>

#include "pool.hpp"
#include "source.hpp"

namespace spectral {

// Mean and biased variance from the sums of u and u^2.
inline void batch_statistics(const ChannelSums& sums, double pixels, int channels, float* mean, float* variance) {
    for (int c = 0; c < channels; ++c) {
        const double m = sums.first[c] / pixels, v = sums.second[c] / pixels - m * m;
        mean[c] = static_cast<float>(m);
        variance[c] = static_cast<float>(v < 0 ? 0 : v);
    }
}

// What the sums of h = f'(u) g and of h (u - mean) say, per channel; any may be nullptr. The last two are those of a Source, for
// statistics that are the batch's own, so that the gradient flows through them too. The layout is known to library.py.
struct NormGradients {
    float *gamma, *beta, *constant, *slope;
    void set(const ChannelSums& sums, double pixels, int channels, const Norm& n) const {
        for (int c = 0; c < channels; ++c) {
            const double sd = n.inverse_sd(c), h = sums.first[c], hx = sums.second[c];
            if (beta) beta[c] = static_cast<float>(h);
            if (gamma) gamma[c] = static_cast<float>(hx * sd);
            if (constant) constant[c] = static_cast<float>(h / pixels);
            if (slope) slope[c] = static_cast<float>(hx * sd * sd / pixels);
        }
    }
};

template <int L>
class Normalization {
public:
    Normalization(std::ptrdiff_t pixels, int channels, int threads, Pool& pool)
        : pixels_(pixels), channels_(channels), threads_(threads), pool_(pool) {}

    // The sums are of differences from the first pixel: that keeps a large mean from drowning a small variance.
    void statistics(const float* u, float* mean, float* variance) {
        ChannelSums sums = reduce([&](const At& at, std::ptrdiff_t from, std::ptrdiff_t to, V& first, V& second) INLINE_LAMBDA {
            const V origin = at.load(u);
            for (std::ptrdiff_t p = from; p < to; ++p) {
                const V d = at.load(u + p * channels_) - origin;
                first += d, second += d * d;
            }
        });
        for (int c = 0; c < channels_; ++c) {
            sums.second[c] += u[c] * (2 * sums.first[c] + pixels_ * static_cast<double>(u[c]));
            sums.first[c] += pixels_ * static_cast<double>(u[c]);
        }
        batch_statistics(sums, pixels_, channels_, mean, variance);
    }

    void gradients(const float* g, const float* u, const Norm& n, const NormGradients& to) {
        const ChannelSums sums = reduce([&](const At& at, std::ptrdiff_t from, std::ptrdiff_t until, V& first, V& second) INLINE_LAMBDA {
            const Line<L> line(n, at);
            for (std::ptrdiff_t p = from; p < until; ++p) {
                const V x = at.load(u + p * channels_), h = line.back(x, at.load(g + p * channels_));
                first += h, second += h * (x - line.mean);
            }
        });
        to.set(sums, pixels_, channels_, n);
    }

    // Writes o.to.
    void apply(const Source& o) {
        pool_.run(threads_, [&](int t) {
            walk(t, [&](const At& at, std::ptrdiff_t from, std::ptrdiff_t to) INLINE_LAMBDA {
                alignas(64) float staged[STRIP * L];
                const Shape strip = {1, static_cast<int>(to - from), channels_};
                Reader<L>(o, strip, at.first).row_at(from * channels_, 0, staged);
            });
        });
    }

private:
    using V = Vec<L>;
    using At = Channels<L>;
    static constexpr std::ptrdiff_t STRIP = 64;  // pixels

    // body(channels, from, to) over strips of pixels, each thread's own share.
    template <class F>
    INLINE void walk(int t, F body) {
        const std::ptrdiff_t end = pixels_ * (t + 1) / threads_;
        for (std::ptrdiff_t p = pixels_ * t / threads_; p < end; p += STRIP)
            for (int c = 0; c < channels_; c += L) body(At(c, channels_), p, std::min(p + STRIP, end));
    }

    // Two sums over all pixels for each channel, the threads' parts added in order.
    template <class F>
    ChannelSums reduce(F body) {
        std::vector<ChannelSums> parts(threads_);
        pool_.run(threads_, [&](int t) {
            ChannelSums sums(channels_);
            walk(t, [&](const At& at, std::ptrdiff_t from, std::ptrdiff_t to) INLINE_LAMBDA {
                V first = {}, second = {};
                body(at, from, to, first, second);
                for (int i = 0; i < at.lanes; ++i) sums.first[at.first + i] += first[i], sums.second[at.first + i] += second[i];
            });
            parts[t] = std::move(sums);
        });
        return total(parts);
    }

    std::ptrdiff_t pixels_;
    int channels_, threads_;
    Pool& pool_;
};

}  // namespace spectral
