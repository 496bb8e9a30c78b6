// Between weights in memory, (outputs, inputs, k, k) in any order, and their spectrum [f][i][vector of o][re L, im L], with i up to a
// multiple of L: rows that have no input are zero.
#pragma once

#include "image.hpp"

namespace spectral {

// "Same" padding puts (k-1)/2 pixels before:   y[p] = sum_j w[j] x[p + j - before].
struct Kernel {
    int outputs, inputs, size;
    const std::int64_t* strides;  // floats from one output, input, row, column to the next
    int before() const { return (size - 1) / 2; }
    std::ptrdiff_t at(int o, int i, int a, int b) const {
        return o * strides[0] + i * strides[1] + a * strides[2] + b * strides[3];
    }
};

// Spectrum of convolving with the weights, input i; transposed: of carrying gradients back, output i of the layer.
template <int L, int N>
void load_kernel(const float* w, const Kernel& k, bool transposed, int i, float* plane, float* column, float* spectrum) {
    using P = Plane<L, N>;
    const int rows = transposed ? k.outputs : k.inputs, columns = transposed ? k.inputs : k.outputs;
    const int padded = vectors<L>(rows) * L, count = vectors<L>(columns);
    const std::ptrdiff_t step = k.strides[transposed ? 1 : 0];
    constexpr float scale = 1.0f / (N * N);
    const auto place = [&](int j) { return DELAY + (transposed ? j - k.before() : k.before() - j); };
    for (int v = 0; v < count; ++v) {
        const int lanes = i < rows ? std::min(L, columns - v * L) : 0;
        P::clear_rows(plane, 0);
        for (int a = 0; a < k.size; ++a) {
            alignas(64) float staged[P::P * L] = {};
            for (int b = 0; b < k.size; ++b) {
                const float* from = w + (transposed ? k.at(i, v * L, a, b) : k.at(v * L, i, a, b));
                for (int o = 0; o < lanes; ++o) staged[place(b) * L + o] = from[o * step] * scale;
            }
            P::forward_row(plane, place(a), static_cast<const float*>(staged));
        }
        for (int slot = 0; slot < slots<N>; ++slot) {
            P::template forward_column<false>(plane, slot, column, P::ROW, L);
            for (int f = 0; f < column_length<N>(slot); ++f) {
                const std::ptrdiff_t at = (column_start<N>(slot) + f) * static_cast<std::ptrdiff_t>(padded) + i;
                P::store_complex(spectrum + (at * count + v) * 2 * L, P::load_complex(column + f * P::ROW));
            }
        }
    }
}

// Sums the threads' spectra of x conj(g), in order, and keeps the lags that the kernel covers: the gradient of input i.
template <int L, int N>
void store_kernel(float* const* spectra, int threads, const Kernel& k, int i, float* plane, float* column, float* w) {
    using P = Plane<L, N>;
    const int padded = vectors<L>(k.inputs) * L, count = vectors<L>(k.outputs);
    constexpr float scale = 1.0f / (N * N);
    for (int v = 0; v < count; ++v) {
        for (int slot = 0; slot < slots<N>; ++slot) {
            for (int f = 0; f < column_length<N>(slot); ++f) {
                const std::ptrdiff_t at =
                    (((column_start<N>(slot) + f) * static_cast<std::ptrdiff_t>(padded) + i) * count + v) * 2 * L;
                auto sum = P::load_complex(spectra[0] + at);
                for (int t = 1; t < threads; ++t) {
                    const auto more = P::load_complex(spectra[t] + at);
                    sum = {sum.re + more.re, sum.im + more.im};
                }
                P::store_complex(column + f * P::ROW, sum);
            }
            P::template inverse_column<-DELAY>(column, P::ROW, slot, plane);
        }
        const int first = DELAY - k.before(), lanes = std::min(L, k.outputs - v * L);
        for (int a = 0; a < k.size; ++a) {
            alignas(64) float staged[P::P * L];
            P::template inverse_row<-DELAY>(plane, first + a, static_cast<float*>(staged));
            for (int b = 0; b < k.size; ++b)
                for (int o = 0; o < lanes; ++o)
                    w[k.at(v * L + o, i, a, b)] = scale * staged[(first + b) * L + o];
        }
    }
}

}  // namespace spectral
