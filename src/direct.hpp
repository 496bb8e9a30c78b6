// The convolution as the sum that defines it,   y[p][o] = sum over a, b, i of x[p + (a, b) - before][i] w[a][b][i][o],
// for kernels too small and images too large to pay for transforms. Any image size.
//
// images    [row][vector of channels][column][L], with the border of zeros that "same" padding asks for
// weights   [a][b][i][vector of o][L], i up to a multiple of L; exchanged and turned for the way back
#pragma once

#include "kernel.hpp"
#include "normalize.hpp"
#include "problem.hpp"

namespace spectral {

template <int L>
class Direct {
public:
    Direct(const Problem& p, Pool& pool) : p_(p), pool_(pool) {
        if (static_cast<int>(pool.planes.size()) < p.threads) pool.planes.resize(p.threads), pool.spectra.resize(p.threads);
        const Padded in(p.input(), 0, k().size), out(p.output(), 0, k().size);
        const std::size_t floats = in.floats() + out.floats() + std::max(in.row(), out.row());
        for (int t = 0; t < p.threads; ++t) pool.planes[t].reserve(floats);
    }

    // Mean and variance (unless nullptr) receive the statistics of what is written.
    void link(const float* w, const Source& from, const Target& to, float* mean, float* variance) {
        std::vector<ChannelSums> sums(p_.threads, ChannelSums(k().outputs));
        const float* weights = load_weights(w, false);
        pool_.run(p_.threads, [&](int t) {
            const Padded in(p_.input(), k().before(), k().size);
            float *x = pool_.planes[t].reserve(0), *row = x + in.floats();
            std::fill_n(x, in.floats(), 0.0f);
            for (int n = p_.first(t, p_.images); n < p_.first(t + 1, p_.images); ++n) {
                fill(from, n, in, x);
                convolve(weights, in, x, row, to, p_.output(), n, sums[t]);
            }
        });
        if (mean) batch_statistics(total(sums), p_.pixels(), k().outputs, mean, variance);
    }

    // The gradients, and those of the normalization that `to` refers to. to.to, w_gradient and bias_gradient may be nullptr.
    void link_back(const float* w, const Source& from_g, const Source& from_x, const Target& to, float* w_gradient,
                   float* bias_gradient, const NormGradients& gradients) {
        std::vector<ChannelSums> sums(p_.threads, ChannelSums(k().inputs));
        const float* weights = to.to ? load_weights(w, true) : nullptr;
        const std::size_t floats = w_gradient ? weight_floats(k().inputs, k().outputs) : 0;
        const int padded = vectors<L>(k().outputs) * L;
        for (int t = 0; t < p_.threads; ++t) pool_.spectra[t].reserve(floats + padded);
        pool_.run(p_.threads, [&](int t) {
            const Padded at_g(p_.output(), k().size - 1 - k().before(), k().size), at_x(p_.input(), k().before(), k().size);
            float *g = pool_.planes[t].reserve(0), *x = g + at_g.floats(), *row = x + at_x.floats();
            float *d = pool_.spectra[t].reserve(0), *bias = d + floats;
            std::fill_n(g, at_g.floats() + at_x.floats(), 0.0f);
            std::fill_n(d, floats + padded, 0.0f);
            for (int n = p_.first(t, p_.images); n < p_.first(t + 1, p_.images); ++n) {
                fill(from_g, n, at_g, g);
                if (bias_gradient) add_bias(at_g, g, bias);
                if (w_gradient) fill(from_x, n, at_x, x), multiply_outer(at_x, x, at_g, g, d);
                if (weights) convolve(weights, at_g, g, row, to, p_.input(), n, sums[t]);
            }
        });
        if (bias_gradient)
            for (int c = 0; c < k().outputs; ++c) {
                bias_gradient[c] = 0;
                for (int t = 0; t < p_.threads; ++t) bias_gradient[c] += pool_.spectra[t].reserve(0)[floats + c];
            }
        if (w_gradient) store_weights(w_gradient);
        if (weights && to.reference) gradients.set(total(sums), p_.pixels(), k().inputs, to.norm);
    }

private:
    using V = Vec<L>;
    // Columns at once, for two vectors of outputs and for one: their sums stay in registers.
#if defined(__AVX512VL__)
    static constexpr int TWO = 8, ONE = 8;
#else
    static constexpr int TWO = 4, ONE = 8;
#endif
    static constexpr int INPUTS = 4;  // rows of the weights' gradient at once

    const Kernel& k() const { return p_.kernel; }

    struct Padded {
        Shape shape;
        int before, count, columns, rows;
        Padded(const Shape& s, int before, int size)
            : shape(s), before(before), count(vectors<L>(s.channels)), columns(s.width + size - 1 + ONE),
              rows(s.height + size - 1) {}
        std::size_t floats() const { return static_cast<std::size_t>(rows) * row(); }
        std::ptrdiff_t row() const { return static_cast<std::ptrdiff_t>(count) * vector(); }
        std::ptrdiff_t vector() const { return static_cast<std::ptrdiff_t>(columns) * L; }
        // Pixel (y, x) of the image, vector v.
        std::ptrdiff_t at(int y, int v, int x) const { return (y + before) * row() + v * vector() + (x + before) * L; }
    };

    static std::size_t weight_floats(int rows, int columns, int size) {
        return static_cast<std::size_t>(size) * size * vectors<L>(rows) * L * vectors<L>(columns) * L;
    }
    std::size_t weight_floats(int rows, int columns) const { return weight_floats(rows, columns, k().size); }

    float* load_weights(const float* w, bool back) {
        const int rows = back ? k().outputs : k().inputs, columns = back ? k().inputs : k().outputs;
        const int padded = vectors<L>(rows) * L, width = vectors<L>(columns) * L, last = k().size - 1;
        float* to = pool_.shared.reserve(weight_floats(rows, columns));
        std::fill_n(to, weight_floats(rows, columns), 0.0f);
        for (int a = 0; a <= last; ++a)
            for (int b = 0; b <= last; ++b)
                for (int i = 0; i < rows; ++i) {
                    float* row = to + (static_cast<std::ptrdiff_t>(a * k().size + b) * padded + i) * width;
                    for (int o = 0; o < columns; ++o)
                        row[o] = w[back ? k().at(i, o, last - a, last - b) : k().at(o, i, a, b)];
                }
        return to;
    }

    // The threads' sums, added in order.
    void store_weights(float* w) {
        const int padded = vectors<L>(k().inputs) * L, width = vectors<L>(k().outputs) * L;
        for (int a = 0; a < k().size; ++a)
            for (int b = 0; b < k().size; ++b)
                for (int i = 0; i < k().inputs; ++i)
                    for (int o = 0; o < k().outputs; ++o) {
                        const std::ptrdiff_t at = (static_cast<std::ptrdiff_t>(a * k().size + b) * padded + i) * width + o;
                        float sum = 0;
                        for (int t = 0; t < p_.threads; ++t) sum += pool_.spectra[t].reserve(0)[at];
                        w[k().at(o, i, a, b)] = sum;
                    }
    }

    void fill(const Source& from, int image, const Padded& p, float* to) {
        for (int v = 0; v < p.count; ++v) {
            const Reader<L> reader(from, p.shape, v * L);
            for (int y = 0; y < p.shape.height; ++y) reader.row(image, y, to + p.at(y, v, 0));
        }
    }

    // One row of all outputs is computed at once.
    void convolve(const float* w, const Padded& in, const float* x, float* row, const Target& to, const Shape& out, int image,
                  ChannelSums& sums) {
        const int count = vectors<L>(out.channels);
        const std::ptrdiff_t vector = static_cast<std::ptrdiff_t>(out.width + ONE) * L;
        std::vector<Writer<L>> writers;
        for (int v = 0; v < count; ++v) writers.emplace_back(to, out, v * L);
        for (int y = 0; y < out.height; ++y) {
            int v = 0;
            for (; v + 2 <= count; v += 2) convolve_row<TWO, 2>(w, in, y, out.width, count, v, x, row + v * vector, vector);
            if (v < count) convolve_row<ONE, 1>(w, in, y, out.width, count, v, x, row + v * vector, vector);
            for (v = 0; v < count; ++v) writers[v].row(image, y, row + v * vector);
        }
        for (const auto& writer : writers) writer.finish(sums);
    }

    // Summed by the kernel's rows: one sum of all its products would lose a digit to rounding.
    template <int A, int B>
    void convolve_row(const float* w, const Padded& in, int y, int width, int count, int v, const float* x, float* to,
                      std::ptrdiff_t vector) {
        for (int first = 0; first < width; first += A)
            for (int a = 0; a < k().size; ++a) {
                V sum[A][B] = {};
                for (int b = 0; b < k().size; ++b)
                    for (int u = 0; u < in.count; ++u) {
                        const float* pixels = x + (y + a) * in.row() + u * in.vector() + (first + b) * L;
                        const int lanes = std::min(L, in.shape.channels - u * L);
                        const float* rows = w + v * L + ((a * k().size + b) * in.count + u) * L * count * L;
                        for (int i = 0; i < lanes; ++i, rows += count * L) {
                            V right[B];
                            unroll<B>([&](auto j) INLINE_LAMBDA { right[j] = load<L>(rows + j * L); });
                            unroll<A>([&](auto p) INLINE_LAMBDA {
                                const V left = broadcast<L>(pixels[p * L + i]);
                                unroll<B>([&](auto j) INLINE_LAMBDA { sum[p][j] += left * right[j]; });
                            });
                        }
                    }
                unroll<A>([&](auto p) INLINE_LAMBDA {
                    unroll<B>([&](auto j) INLINE_LAMBDA {
                        float* at = to + j * vector + (first + p) * L;
                        store(at, a ? load<L>(at) + sum[p][j] : sum[p][j]);
                    });
                });
            }
    }

    // sums[a][b][i][o] += sum over pixels of x[p + (a, b) - before][i] g[p][o]
    void multiply_outer(const Padded& at_x, const float* x, const Padded& at_g, const float* g, float* sums) {
        const std::ptrdiff_t step = static_cast<std::ptrdiff_t>(at_g.count) * L;
        for (int y = 0; y < at_g.shape.height; ++y)
            for (int a = 0; a < k().size; ++a)
                for (int b = 0; b < k().size; ++b)
                    for (int u = 0; u < at_x.count; ++u)
                        for (int i = 0; i < L && u * L + i < at_x.shape.channels; i += INPUTS) {
                            const float* xs = x + (y + a) * at_x.row() + u * at_x.vector() + b * L + i;
                            float* d = sums + (((a * k().size + b) * at_x.count + u) * L + i) * step;
                            int v = 0;
                            for (; v + 2 <= at_g.count; v += 2) outer_row<2>(xs, g + at_g.at(y, v, 0), at_g, d + v * L, step);
                            if (v < at_g.count) outer_row<1>(xs, g + at_g.at(y, v, 0), at_g, d + v * L, step);
                        }
    }

    template <int B>
    void outer_row(const float* x, const float* g, const Padded& at_g, float* d, std::ptrdiff_t step) {
        V sum[INPUTS][B] = {};
        for (int p = 0; p < at_g.shape.width; ++p) {
            V right[B];
            unroll<B>([&](auto j) INLINE_LAMBDA { right[j] = load<L>(g + j * at_g.vector() + p * L); });
            unroll<INPUTS>([&](auto i) INLINE_LAMBDA {
                const V left = broadcast<L>(x[p * L + i]);
                unroll<B>([&](auto j) INLINE_LAMBDA { sum[i][j] += left * right[j]; });
            });
        }
        unroll<INPUTS>([&](auto i) INLINE_LAMBDA {
            unroll<B>([&](auto j) INLINE_LAMBDA { store(d + i * step + j * L, load<L>(d + i * step + j * L) + sum[i][j]); });
        });
    }

    void add_bias(const Padded& p, const float* g, float* bias) {
        for (int v = 0; v < p.count; ++v)
            for (int y = 0; y < p.shape.height; ++y) {
                V sum = {};
                for (int x = 0; x < p.shape.width; ++x) sum += load<L>(g + p.at(y, v, x));
                store(bias + v * L, load<L>(bias + v * L) + sum);
            }
    }

    Problem p_;
    Pool& pool_;
};

}  // namespace spectral
