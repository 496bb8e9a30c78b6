// The residual convolution and its gradients over a batch. Images are dealt to threads in fixed consecutive shares and
// every sum has a fixed order, so the same inputs on the same number of threads give the same bits.
#pragma once

#include "kernel.hpp"
#include "normalize.hpp"
#include "problem.hpp"
#include "product.hpp"

namespace spectral {

template <int L, int N>
class Convolution {
public:
    Convolution(const Problem& p, Pool& pool) : p_(p), pool_(pool) {
        vectors_ = std::max(vectors<L>(p.kernel.inputs), vectors<L>(p.kernel.outputs));
        if (static_cast<int>(pool.planes.size()) < p.threads) pool.planes.resize(p.threads), pool.spectra.resize(p.threads);
        for (int t = 0; t < p.threads; ++t) pool.planes[t].reserve(scratch_floats());
    }

    // A link of a chain with normalization: mean and variance (unless nullptr) receive the statistics of what is written.
    void link(const float* w, const Source& from, const Target& to, float* mean, float* variance) {
        std::vector<ChannelSums> sums(p_.threads, ChannelSums(p_.kernel.outputs));
        const auto load = [&](int image, float* planes) { read(from, p_.input(), image, planes); };
        const auto store = [&](int t, int image, const float* planes) { write(to, p_.output(), image, planes, mean ? &sums[t] : nullptr); };
        carry_all(w, load, store);
        if (mean) batch_statistics(total(sums), p_.pixels(), p_.kernel.outputs, mean, variance);
    }

    // Its gradients, and those of the normalization that `to` refers to. to.to and w_gradient may be nullptr.
    void link_back(const float* w, const Source& g, const Source& x, const Target& to, float* w_gradient,
                   float* bias_gradient, const NormGradients& gradients) {
        std::vector<ChannelSums> sums(p_.threads, ChannelSums(p_.kernel.inputs));
        const auto load_g = [&](int image, float* planes) { read(g, p_.output(), image, planes); };
        const auto load_x = [&](int image, float* planes) { read(x, p_.input(), image, planes); };
        const auto store = [&](int t, int image, const float* planes) { write(to, p_.input(), image, planes, to.reference ? &sums[t] : nullptr); };
        carry_all_back(w, load_g, load_x, store, to.to != nullptr, w_gradient, bias_gradient);
        if (to.reference) gradients.set(total(sums), p_.pixels(), p_.kernel.inputs, to.norm);
    }

private:
    using P = Plane<L, N>;
    static constexpr int GROUP = TILE<L>;  // images whose planes are held at once, a multiple of a tile

    // load(image, planes), store(thread, image, planes)
    template <class Load, class Store>
    void carry_all(const float* w, Load load, Store store) {
        const float* spectrum = load_weights(w, false);
        pool_.run(p_.threads, [&](int t) { carry(t, spectrum, load, store); });
    }

    template <class LoadG, class LoadX, class Store>
    void carry_all_back(const float* w, LoadG load_g, LoadX load_x, Store store, bool wanted, float* w_gradient,
                        float* bias_gradient) {
        const float* spectrum = wanted ? load_weights(w, true) : nullptr;
        const std::size_t floats = w_gradient ? spectrum_floats(p_.kernel.inputs, p_.kernel.outputs) : 0;
        const int padded = vectors<L>(p_.kernel.outputs) * L;
        for (int t = 0; t < p_.threads; ++t) pool_.spectra[t].reserve(floats + padded);
        pool_.run(p_.threads, [&](int t) { carry_back(t, spectrum, load_g, load_x, store, floats, padded); });
        std::vector<float*> spectra;
        for (int t = 0; t < p_.threads; ++t) spectra.push_back(pool_.spectra[t].reserve(floats + padded));
        if (bias_gradient)
            for (int c = 0; c < p_.kernel.outputs; ++c) {
                bias_gradient[c] = 0;
                for (float* s : spectra) bias_gradient[c] += s[floats + c];
            }
        if (w_gradient)
            pool_.run(p_.threads, [&](int t) {
                float* scratch = pool_.planes[t].reserve(0);
                for (int i = p_.first(t, p_.kernel.inputs); i < p_.first(t + 1, p_.kernel.inputs); ++i)
                    store_kernel<L, N>(spectra.data(), p_.threads, p_.kernel, i, scratch, scratch + P::SIZE, w_gradient);
            });
    }

    // A spectrum's floats up to frequency f.
    static std::size_t spectrum_floats(int rows, int columns, int f = frequencies<N>) {
        return static_cast<std::size_t>(f) * vectors<L>(rows) * L * vectors<L>(columns) * 2 * L;
    }
    std::size_t plane_floats() const { return static_cast<std::size_t>(GROUP) * vectors_ * P::SIZE; }
    std::ptrdiff_t stride() const { return static_cast<std::ptrdiff_t>(vectors_) * VECTOR<L>; }  // from a frequency to the next
    std::size_t column_floats() const { return static_cast<std::size_t>(N + 2) * stride(); }
    std::size_t scratch_floats() const { return 2 * plane_floats() + 2 * column_floats() + stride(); }

    float* load_weights(const float* w, bool transposed) {
        const int rows = transposed ? p_.kernel.outputs : p_.kernel.inputs, padded = vectors<L>(rows) * L;
        float* spectrum = pool_.shared.reserve(spectrum_floats(rows, transposed ? p_.kernel.inputs : p_.kernel.outputs));
        pool_.run(p_.threads, [&](int t) {
            float* scratch = pool_.planes[t].reserve(0);
            for (int i = p_.first(t, padded); i < p_.first(t + 1, padded); ++i)
                load_kernel<L, N>(w, p_.kernel, transposed, i, scratch, scratch + P::SIZE, spectrum);
        });
        return spectrum;
    }

    void read(const Source& from, const Shape& s, int image, float* planes) {
        for (int v = 0; v < vectors<L>(s.channels); ++v) read_image<L, N>(from, s, v * L, image, planes + v * P::SIZE);
    }

    void write(const Target& to, const Shape& s, int image, const float* planes, ChannelSums* sums) {
        for (int v = 0; v < vectors<L>(s.channels); ++v)
            write_image<L, N>(planes + v * P::SIZE, to, s, v * L, image, sums);
    }

    void load_columns(const float* planes, int slot, int count, int images, float* columns) {
        for (int a = 0; a < images; ++a)
            for (int v = 0; v < count; ++v)
                P::template forward_column<NARROW<L>>(planes + (a * vectors_ + v) * P::SIZE, slot,
                                                      columns + v * VECTOR<L> + a * L, stride(), PART<L>);
    }

    // Product of a tile of columns with the weights, back into the planes. The columns are overwritten, from one stride before
    // them on: one buffer for both stays in the innermost cache.
    void convolve_columns(float* columns, const float* spectrum, int slot, const Shape& in, const Shape& out, int images,
                          float* planes) {
        const int count = vectors<L>(out.channels);
        const float* w = spectrum + spectrum_floats(in.channels, out.channels, column_start<N>(slot));
        float* result = columns - stride();
        with_images<TILE<L>>(images, [&](auto n) {
            multiply<L, n>(columns, vectors<L>(in.channels), count, w, result, stride(), column_length<N>(slot));
        });
        for (int a = 0; a < images; ++a)
            for (int v = 0; v < count; ++v)
                P::template inverse_column<DELAY>(result + (a * count + v) * 2 * L, stride(), slot,
                                                  planes + (a * vectors_ + v) * P::SIZE);
    }

    template <class Load, class Store>
    void carry(int t, const float* spectrum, Load load, Store store) {
        const Shape in = p_.input(), out = p_.output();
        float* planes = pool_.planes[t].reserve(0);
        float* columns = planes + plane_floats() + stride();
        const int end = p_.first(t + 1, p_.images);
        for (int start = p_.first(t, p_.images); start < end; start += GROUP) {
            const int images = std::min(GROUP, end - start);
            for (int a = 0; a < images; ++a) load(start + a, planes + a * vectors_ * P::SIZE);
            for (int slot = 0; slot < slots<N>; ++slot)
                for (int a = 0; a < images; a += TILE<L>) {
                    const int tile = std::min(TILE<L>, images - a);
                    float* tile_planes = planes + a * vectors_ * P::SIZE;
                    load_columns(tile_planes, slot, vectors<L>(in.channels), tile, columns);
                    convolve_columns(columns, spectrum, slot, in, out, tile, tile_planes);
                }
            for (int a = 0; a < images; ++a) store(t, start + a, planes + a * vectors_ * P::SIZE);
        }
    }

    template <class LoadG, class LoadX, class Store>
    void carry_back(int t, const float* spectrum, LoadG load_g, LoadX load_x, Store store, std::size_t floats, int padded) {
        const Shape in = p_.output(), out = p_.input();
        const int g_vectors = vectors<L>(in.channels), x_vectors = vectors<L>(out.channels);
        float *planes = pool_.planes[t].reserve(0), *x_planes = planes + plane_floats();
        float *columns = x_planes + plane_floats() + stride(), *x_columns = columns + column_floats();
        float *sums = pool_.spectra[t].reserve(floats + padded), *bias = sums + floats;
        std::fill_n(sums, floats + padded, 0.0f);
        const int end = p_.first(t + 1, p_.images);
        for (int start = p_.first(t, p_.images); start < end; start += GROUP) {
            const int images = std::min(GROUP, end - start);
            for (int a = 0; a < images; ++a) {
                load_g(start + a, planes + a * vectors_ * P::SIZE);
                if (floats) load_x(start + a, x_planes + a * vectors_ * P::SIZE);
            }
            for (int slot = 0; slot < slots<N>; ++slot)
                for (int a = 0; a < images; a += TILE<L>) {
                    const int tile = std::min(TILE<L>, images - a);
                    float* tile_planes = planes + a * vectors_ * P::SIZE;
                    load_columns(tile_planes, slot, g_vectors, tile, columns);
                    if (slot == 0) add_bias(columns, tile, g_vectors, bias);
                    if (floats) {
                        load_columns(x_planes + a * vectors_ * P::SIZE, slot, x_vectors, tile, x_columns);
                        float* d = sums + spectrum_floats(out.channels, in.channels, column_start<N>(slot));
                        with_images<TILE<L>>(tile, [&](auto n) {
                            outer<L, n>(x_columns, x_vectors, columns, g_vectors, d, stride(), column_length<N>(slot));
                        });
                    }
                    if (spectrum)
                        convolve_columns(columns, spectrum, slot, in, out, tile, tile_planes);
                }
            if (spectrum)
                for (int a = 0; a < images; ++a) store(t, start + a, planes + a * vectors_ * P::SIZE);
        }
    }

    // The frequency 0 of slot 0 is the sum over the image.
    void add_bias(const float* columns, int images, int g_vectors, float* bias) {
        for (int a = 0; a < images; ++a)
            for (int v = 0; v < g_vectors; ++v)
                for (int i = 0; i < L; ++i) bias[v * L + i] += columns[v * VECTOR<L> + a * L + i];
    }

    Problem p_;
    Pool& pool_;
    int vectors_;
};

}  // namespace spectral
