// The sizes of a call, and which share of it is whose.
#pragma once

#include "kernel.hpp"

namespace spectral {

struct Problem {
    int images, height, width;
    Kernel kernel;
    int threads;
    Shape input() const { return {height, width, kernel.inputs}; }
    Shape output() const { return {height, width, kernel.outputs}; }
    double pixels() const { return static_cast<double>(images) * height * width; }
    int first(int thread, int items) const { return static_cast<int>(static_cast<long long>(items) * thread / threads); }
};

}  // namespace spectral
