// Between images in memory, NHWC, and planes: the gradient's mask on the way in; bias, ReLU and skip on the way out.
#pragma once

#include <algorithm>
#include <vector>

#include "plane.hpp"

namespace spectral {

// One tensor's image: height x width pixels of `channels` floats, and `bits` bytes of mask a pixel.
struct Shape {
    int height, width, channels;
    int bits() const { return 2 * ((channels + 15) / 16); }
    std::ptrdiff_t row() const { return static_cast<std::ptrdiff_t>(width) * channels; }
    std::ptrdiff_t size() const { return height * row(); }
    std::ptrdiff_t mask_row() const { return static_cast<std::ptrdiff_t>(width) * bits(); }
    std::ptrdiff_t mask_size() const { return height * mask_row(); }
};

template <int L>
constexpr int vectors(int channels) { return (channels + L - 1) / L; }

// Can rows be read and written in place, or do pixels or lanes have to be filled up?
template <int L, int N>
bool whole(const Shape& s, int c) {
    return s.width == Plane<L, N>::P && c + L <= s.channels;
}

// Rows asked for early: images come from main memory, and the processor's own guess comes too late for one row.
constexpr int AHEAD = 4;

// Transforms the rows of channels c .. c+L-1; where mask is given, values whose bit is clear count as zero.
template <int L, int N>
void load_image(const float* image, const std::uint8_t* mask, const Shape& s, int c, float* plane) {
    using P = Plane<L, N>;
    const int lanes = std::min(L, s.channels - c), bits = s.bits();
    const bool direct = whole<L, N>(s, c);
    alignas(64) float staged[P::P * L] = {};
    for (int y = 0; y < s.height; ++y) {
        const float* row = image + y * s.row() + c;
        if (c == 0)
            for (std::ptrdiff_t i = 0; i < s.row(); i += 16) __builtin_prefetch(row + AHEAD * s.row() + i);
        const std::uint8_t* row_mask = mask ? mask + y * s.mask_row() : nullptr;
        if (direct && !mask) {
            P::forward_row(plane, y, [&](auto n) INLINE_LAMBDA { return load<L>(row + n * s.channels); });
        } else if (direct) {
            P::forward_row(plane, y, [&](auto n) INLINE_LAMBDA {
                return keep<L>(load<L>(row + n * s.channels), read_bits<L>(row_mask + n * bits, c));
            });
        } else {
            for (int x = 0; x < s.width; ++x)
                for (int i = 0; i < lanes; ++i) {
                    const bool on = !mask || row_mask[x * bits + (c + i) / 8] >> (c + i) % 8 & 1;
                    staged[x * L + i] = on ? row[x * s.channels + i] : 0.0f;
                }
            P::forward_row(plane, y, static_cast<const float*>(staged));
        }
    }
    P::clear_rows(plane, s.height);
}

// What happens to a convolution's result u:   y = [skip +] (relu? max(u + bias, 0) : u + bias).
struct Epilogue {
    const float* bias;   // nullptr: none
    const float* skip;   // nullptr: none
    bool relu;
    std::uint8_t* mask;  // nullptr: not wanted; else receives one bit a value, set where u + bias > 0
};

template <int L, bool RELU, bool SKIP>
INLINE void finish(Vec<L> u, Vec<L> bias, int c, const float* skip, std::uint8_t* mask, float* to) {
    u += bias;
    if constexpr (RELU) {
        const unsigned bits = passing_bits<L>(u);
        write_bits<L>(mask, c, bits);
        u = keep<L>(u, bits);
    }
    if constexpr (SKIP) u += load<L>(skip);
    store(to, u);
}

template <int L, int N, bool RELU, bool SKIP>
void store_rows(const float* plane, const Epilogue& e, const Shape& s, int c, float* image) {
    using P = Plane<L, N>;
    const int lanes = std::min(L, s.channels - c), bits = s.bits();
    const bool direct = whole<L, N>(s, c);
    alignas(64) float staged[P::P * L], bias_lanes[L] = {}, skip_lanes[L] = {}, to_lanes[L];
    if (e.bias) std::copy_n(e.bias + c, lanes, bias_lanes);
    const Vec<L> bias = load<L>(bias_lanes);
    std::vector<std::uint8_t> unwanted(RELU && !e.mask ? s.mask_row() : 0);
    for (int y = 0; y < s.height; ++y) {
        float* to = image + y * s.row() + c;
        const float* skip = SKIP ? e.skip + y * s.row() + c : nullptr;
        std::uint8_t* mask = e.mask ? e.mask + y * s.mask_row() : unwanted.data();
        if (direct) {
            P::template inverse_row<DELAY>(plane, y, [&](auto x, Vec<L> u) INLINE_LAMBDA {
                if constexpr (x < P::P)
                    finish<L, RELU, SKIP>(u, bias, c, skip + x * s.channels, mask + x * bits, to + x * s.channels);
            });
            continue;
        }
        P::template inverse_row<DELAY>(plane, y, static_cast<float*>(staged));
        for (int x = 0; x < s.width; ++x) {
            if constexpr (SKIP) std::copy_n(skip + x * s.channels, lanes, skip_lanes);
            finish<L, RELU, SKIP>(load<L>(staged + x * L), bias, c, skip_lanes, mask + x * bits, to_lanes);
            std::copy_n(to_lanes, lanes, to + x * s.channels);
        }
    }
}

template <int L, int N>
void store_image(const float* plane, const Epilogue& e, const Shape& s, int c, float* image) {
    const auto rows = e.relu ? (e.skip ? store_rows<L, N, true, true> : store_rows<L, N, true, false>)
                             : (e.skip ? store_rows<L, N, false, true> : store_rows<L, N, false, false>);
    rows(plane, e, s, c, image);
}

}  // namespace spectral
