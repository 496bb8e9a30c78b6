// A normalization as it stands when its statistics are known:   f(a (u - mean) + b),   a = gamma / sqrt(variance + eps).
#pragma once

#include <algorithm>
#include <cmath>

#include "simd.hpp"

namespace spectral {

// Per channel; without gamma it is the identity. The layout is known to library.py.
struct Norm {
    const float *gamma, *beta, *mean, *variance;
    double eps;
    int relu;
    double inverse_sd(int c) const { return 1 / std::sqrt(variance[c] + eps); }
};

// Channels first .. first+L-1 of a pixel, as far as there are.
template <int L>
struct Channels {
    int first, lanes;
    Channels(int first, int channels) : first(first), lanes(std::min(L, channels - first)) {}
    INLINE Vec<L> load(const float* pixel) const {
        return lanes == L ? spectral::load<L>(pixel + first) : load_some<L>(pixel + first, lanes);
    }
    INLINE void store(float* pixel, Vec<L> v) const {
        if (lanes == L)
            spectral::store(pixel + first, v);
        else
            store_some<L>(pixel + first, v, lanes);
    }
};

// x where v passes a ReLU, zero elsewhere; NaN passes.
template <class V>
INLINE V passed(V v, V x) {
    using Ints = decltype(v <= v);
    return (V)((Ints)x & ~(v <= V{}));
}

template <int L>
struct Line {
    Vec<L> mean = {}, a = Vec<L>{} + 1.0f, b = {};
    bool relu;
    Line(const Norm& n, const Channels<L>& at) : relu(n.relu != 0) {
        if (!n.gamma) return;
        mean = at.load(n.mean), b = at.load(n.beta);
        for (int i = 0; i < at.lanes; ++i) a[i] = static_cast<float>(n.gamma[at.first + i] * n.inverse_sd(at.first + i));
    }
    INLINE Vec<L> before(Vec<L> u) const { return a * (u - mean) + b; }
    INLINE Vec<L> operator()(Vec<L> u) const {
        const Vec<L> v = before(u);
        return relu ? passed(v, v) : v;
    }
    // f'(u) g, without the factor a
    INLINE Vec<L> back(Vec<L> u, Vec<L> g) const { return relu ? passed(before(u), g) : g; }
};

}  // namespace spectral
