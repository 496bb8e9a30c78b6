// The shape of images in memory, NHWC.
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

// Rows asked for early: images come from main memory, and the processor's own guess comes too late for one row.
constexpr int AHEAD = 4;

}  // namespace spectral
