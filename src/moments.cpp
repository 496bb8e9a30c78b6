// Sums over the states of a network in double, straight from their floats: a copy in double costs several times the sum.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace {

constexpr int LANES = 16;

double sum_of_squares(const float* x, std::int64_t count) {
    double lanes[LANES] = {};
    std::int64_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (int j = 0; j < LANES; ++j) lanes[j] += double(x[i + j]) * double(x[i + j]);
    double total = 0;
    for (int j = 0; j < LANES; ++j) total += lanes[j];
    for (; i < count; ++i) total += double(x[i]) * double(x[i]);
    return total;
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

double spectral_squares(const float* x, std::int64_t count) { return sum_of_squares(x, count); }

// x is (pixels, channels). Several pixels are taken together where the channels alone would not fill the lanes.
void spectral_channel_sums(const float* x, std::int64_t pixels, int channels, double* sums, double* squares) {
    const int together = channels * ((LANES + channels - 1) / channels);
    std::vector<double> lanes(2 * together);
    double *s = lanes.data(), *q = s + together;
    const std::int64_t count = pixels * channels;
    std::int64_t i = 0;
    for (; i + together <= count; i += together)
        for (int j = 0; j < together; ++j) {
            const double value = x[i + j];
            s[j] += value;
            q[j] += value * value;
        }
    for (int j = 0; i < count; ++i, ++j) {
        s[j] += x[i];
        q[j] += double(x[i]) * double(x[i]);
    }
    std::fill_n(sums, channels, 0.0);
    std::fill_n(squares, channels, 0.0);
    for (int j = 0; j < together; ++j) {
        sums[j % channels] += s[j];
        squares[j % channels] += q[j];
    }
}

// total = the sum over images of x_n / ||x_n||; not a number where a norm is not finite.
void spectral_unit_sum(const float* x, std::int64_t images, std::int64_t count, double* total) {
    std::fill_n(total, count, 0.0);
    for (std::int64_t n = 0; n < images; ++n, x += count) {
        const double norm = std::sqrt(sum_of_squares(x, count));
        const double scale = std::isfinite(norm) ? 1 / norm : std::numeric_limits<double>::quiet_NaN();
        for (std::int64_t i = 0; i < count; ++i) total[i] += scale * double(x[i]);
    }
}
}
#pragma GCC visibility pop
