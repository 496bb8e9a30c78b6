// Checks the native functions against sums in double precision, with no Python: for processors that are emulated.
// Prints one line a case, with relative errors in the 2-norm; returns 1 if one exceeds 1e-6 (outputs) or 1e-5 (gradients).
//
//     g++ -std=c++20 -O2 -pthread src/check.cpp src/pool.cpp -o check && ./check
#include <algorithm>
#include <cstdio>
#include <random>
#include <string>

#include "spectral.cpp"

namespace {

using Doubles = std::vector<double>;
using Floats = std::vector<float>;
std::mt19937 random_bits(1);
int failures = 0;

Floats draw(std::size_t count, double scale = 1) {
    std::normal_distribution<float> normal;
    Floats values(count);
    for (float& v : values) v = static_cast<float>(scale * normal(random_bits));
    return values;
}

void compare(const char* what, const Floats& got, const Doubles& exact, double tolerance) {
    double apart = 0, norm = 0;
    for (std::size_t i = 0; i < exact.size(); ++i) {
        apart += (got[i] - exact[i]) * (got[i] - exact[i]);
        norm += exact[i] * exact[i];
    }
    const double error = std::sqrt(apart / norm);
    std::printf("  %s %.1e", what, error);
    if (!(error < tolerance)) std::printf(" FAILED"), ++failures;
}

struct Case {
    int images, channels, outputs, height, width, size;
    std::int64_t strides[4] = {std::int64_t{channels} * size * size, std::int64_t{size} * size, size, 1};
    std::size_t pixels() const { return static_cast<std::size_t>(images) * height * width; }
    std::size_t in() const { return pixels() * channels; }
    std::size_t out() const { return pixels() * outputs; }
    std::size_t weights() const { return static_cast<std::size_t>(outputs) * channels * size * size; }

    // f(index in x, index in y, index in w) for every product of the convolution.
    template <class F>
    void products(F f) const {
        const int before = (size - 1) / 2;
        for (int n = 0; n < images; ++n)
            for (int y = 0; y < height; ++y)
                for (int x = 0; x < width; ++x)
                    for (int a = std::max(0, before - y); a < size && y + a - before < height; ++a)
                        for (int b = std::max(0, before - x); b < size && x + b - before < width; ++b) {
                            const std::size_t to = (static_cast<std::size_t>(n) * height + y) * width + x;
                            const std::size_t from = to + (a - before) * width + b - before;
                            for (int o = 0; o < outputs; ++o)
                                for (int i = 0; i < channels; ++i)
                                    f(from * channels + i, to * outputs + o, ((o * channels + i) * size + a) * size + b);
                        }
    }
};

// What the functions are called with after their operands.
#define SIZES(c) c.images, c.height, c.width, c.channels, c.outputs, c.size, lanes, threads, c.strides

// y = [x +] max(w * x + b, 0) and its gradients.
void convolution(const Case& c, bool direct, int lanes, int threads) {
    const bool residual = c.channels == c.outputs;
    const Floats x = draw(c.in()), w = draw(c.weights(), 1 / std::sqrt(double(c.channels) * c.size * c.size));
    const Floats bias = draw(c.outputs), g = draw(c.out());
    Doubles u(c.out()), y(c.out()), dx(c.in()), dw(c.weights()), db(c.outputs);
    for (std::size_t i = 0; i < u.size(); ++i) u[i] = bias[i % c.outputs];
    c.products([&](auto from, auto to, auto at) { u[to] += double(x[from]) * w[at]; });
    Floats got_y(c.out()), got_dx(c.in()), got_dw(c.weights()), got_db(c.outputs);
    std::vector<std::uint8_t> mask(c.pixels() * 2 * ((c.outputs + 15) / 16));
    const auto forward = direct ? spectral_direct_forward : spectral_forward;
    failures += forward(x.data(), w.data(), bias.data(), got_y.data(), mask.data(), 1, residual, SIZES(c)) != 0;
    const auto backward = direct ? spectral_direct_backward : spectral_backward;
    failures += backward(g.data(), x.data(), w.data(), mask.data(), got_dx.data(), got_dw.data(), got_db.data(), residual,
                         SIZES(c)) != 0;
    Doubles h(c.out());
    const int bits = 2 * ((c.outputs + 15) / 16);
    for (std::size_t i = 0; i < u.size(); ++i) {
        y[i] = (u[i] > 0 ? u[i] : 0) + (residual ? x[i] : 0);
        const int o = static_cast<int>(i % c.outputs);  // the mask as it was written: rounding may turn it where u is almost 0
        h[i] = mask[i / c.outputs * bits + o / 8] >> o % 8 & 1 ? g[i] : 0;
        if (std::abs(u[i]) > 1e-4 && (h[i] != 0) != (u[i] > 0 && g[i] != 0)) ++failures;
        db[o] += h[i];
        if (residual) dx[i] += g[i];
    }
    c.products([&](auto from, auto to, auto at) { dx[from] += h[to] * w[at], dw[at] += h[to] * x[from]; });
    compare("y", got_y, y, 1e-6), compare("dx", got_dx, dx, 1e-5), compare("dw", got_dw, dw, 1e-5);
    compare("db", got_db, db, 1e-5);
}

// y = max(x + w * x + b, 0) and its gradients.
void behind_the_sum(const Case& c, bool direct, int lanes, int threads) {
    const Floats x = draw(c.in()), w = draw(c.weights(), 1 / std::sqrt(double(c.channels) * c.size * c.size));
    const Floats bias = draw(c.outputs), g = draw(c.out());
    Doubles u(x.begin(), x.end()), y(c.out()), h(c.out()), dw(c.weights()), db(c.outputs);
    for (std::size_t i = 0; i < u.size(); ++i) u[i] += bias[i % c.outputs];
    c.products([&](auto from, auto to, auto at) { u[to] += double(x[from]) * w[at]; });
    Floats got_y(c.out()), got_dx(c.in()), got_dw(c.weights()), got_db(c.outputs);
    const int bits = 2 * ((c.outputs + 15) / 16);
    std::vector<std::uint8_t> mask(c.pixels() * bits);
    const auto forward = direct ? spectral_direct_sum_forward : spectral_sum_forward;
    failures += forward(x.data(), w.data(), bias.data(), got_y.data(), mask.data(), SIZES(c)) != 0;
    const auto backward = direct ? spectral_direct_sum_backward : spectral_sum_backward;
    failures += backward(g.data(), x.data(), w.data(), mask.data(), got_dx.data(), got_dw.data(), got_db.data(), SIZES(c)) != 0;
    for (std::size_t i = 0; i < u.size(); ++i) {
        const int o = static_cast<int>(i % c.outputs);
        y[i] = std::max(u[i], 0.0), h[i] = mask[i / c.outputs * bits + o / 8] >> o % 8 & 1 ? g[i] : 0;
        if (std::abs(u[i]) > 1e-4 && (h[i] != 0) != (u[i] > 0 && g[i] != 0)) ++failures;
        db[o] += h[i];
    }
    Doubles dx = h;
    c.products([&](auto from, auto to, auto at) { dx[from] += h[to] * w[at], dw[at] += h[to] * x[from]; });
    compare("y", got_y, y, 1e-6), compare("dx", got_dx, dx, 1e-5), compare("dw", got_dw, dw, 1e-5);
    compare("db", got_db, db, 1e-5);
}

// f(v) = max(gamma (v - mean) / sd + beta, 0), and whether it passes.
struct Exact {
    Floats gamma, beta, mean, variance;
    explicit Exact(int channels) : gamma(draw(channels)), beta(draw(channels)), mean(draw(channels)), variance(channels, 1.7f) {}
    Norm norm() const { return {gamma.data(), beta.data(), mean.data(), variance.data(), 1e-5, 1}; }
    double factor(int c) const { return gamma[c] / std::sqrt(variance[c] + 1e-5); }
    double before(double v, int c) const { return factor(c) * (v - mean[c]) + beta[c]; }
    double operator()(double v, int c) const { return std::max(before(v, c), 0.0); }
};

// A link of a chain: z = skip + f(v) made while read, u = w * z with its statistics; then the way back.
void link(const Case& c, bool direct, int lanes, int threads) {
    const int channels = c.channels;
    const Exact f(channels);
    const Floats v = draw(c.in()), skip = draw(c.in()), w = draw(c.weights(), 1 / std::sqrt(double(channels) * c.size * c.size));
    Floats got_z(c.in()), got_u(c.in()), mean(channels), variance(channels);
    const Source from = {v.data(), nullptr, skip.data(), got_z.data(), nullptr, nullptr, nullptr, f.norm()};
    const Target to = {got_u.data(), nullptr, nullptr, nullptr, nullptr, 0, {}};
    const auto forward = direct ? spectral_direct_linked_forward : spectral_linked_forward;
    failures += forward(&from, w.data(), &to, mean.data(), variance.data(), SIZES(c)) != 0;
    Doubles z(c.in()), u(c.in()), m(channels), s(channels);
    for (std::size_t i = 0; i < z.size(); ++i) z[i] = skip[i] + f(v[i], i % channels);
    c.products([&](auto a, auto b, auto at) { u[b] += z[a] * w[at]; });
    for (std::size_t i = 0; i < u.size(); ++i) m[i % channels] += u[i] / c.pixels();
    for (std::size_t i = 0; i < u.size(); ++i) s[i % channels] += std::pow(u[i] - m[i % channels], 2) / c.pixels();
    compare("z", got_z, z, 1e-6), compare("u", got_u, u, 1e-6), compare("mean", mean, m, 1e-5);
    compare("variance", variance, s, 1e-5);

    // The gradient d of u is made from r of f(reference) while it is read; y = g + conv^T d, with the sums of f'(v) y.
    const Floats r = draw(c.in()), reference = draw(c.in()), g = draw(c.in()), constant = draw(channels), slope = draw(channels);
    Floats got_y(c.in()), got_w(c.weights()), gamma(channels), beta(channels), k(channels), b(channels);
    const Source back = {r.data(), reference.data(), nullptr, nullptr, constant.data(), slope.data(), nullptr, f.norm()};
    const Source input = {got_z.data(), nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, {}};
    const Target into = {got_y.data(), g.data(), v.data(), nullptr, nullptr, 0, f.norm()};
    const NormGradients sums = {gamma.data(), beta.data(), k.data(), b.data()};
    const auto backward = direct ? spectral_direct_linked_backward : spectral_linked_backward;
    failures += backward(&back, &input, w.data(), &into, got_w.data(), &sums, SIZES(c)) != 0;
    Doubles d(c.in()), y(g.begin(), g.end()), dw(c.weights()), dgamma(channels), dbeta(channels);
    for (std::size_t i = 0; i < d.size(); ++i) {
        const int o = static_cast<int>(i % channels);
        const double h = f.before(reference[i], o) > 0 ? r[i] : 0;
        d[i] = f.factor(o) * (h - constant[o] - slope[o] * (double(reference[i]) - f.mean[o]));
    }
    c.products([&](auto a, auto q, auto at) { y[a] += d[q] * w[at], dw[at] += d[q] * z[a]; });
    for (std::size_t i = 0; i < y.size(); ++i) {
        const int o = static_cast<int>(i % channels);
        const double h = f.before(v[i], o) > 0 ? y[i] : 0;
        dbeta[o] += h, dgamma[o] += h * (v[i] - f.mean[o]) / std::sqrt(f.variance[o] + 1e-5);
    }
    compare("y", got_y, y, 1e-5), compare("dw", got_w, dw, 1e-5), compare("dgamma", gamma, dgamma, 1e-5);
    compare("dbeta", beta, dbeta, 1e-5);
}

// Inputs below the smallest normal number: their convolution is some number, or exactly zero where they are to be flushed.
void flushing(const Case& c, bool direct, int lanes, int threads) {
    const Floats x = draw(c.in(), 1e-40), w = draw(c.weights());
    const auto forward = direct ? spectral_direct_forward : spectral_forward;
    const auto is_zero = [](float v) { return v == 0; };
    for (const bool wanted : {true, false}) {
        Floats y(c.out(), 1);
        if (spectral_flush(wanted)) ++failures;
        if (forward(x.data(), w.data(), nullptr, y.data(), nullptr, 0, 0, SIZES(c))) ++failures;
        if (spectral_flush(false) != wanted) ++failures;
        if (std::all_of(y.begin(), y.end(), is_zero) != wanted) std::printf("  flushed FAILED"), ++failures;
    }
}

}  // namespace

int main() {
    const Case plain[] = {{2, 16, 16, 20, 32, 8}, {3, 3, 5, 9, 14, 3}, {2, 8, 8, 16, 16, 5}, {1, 20, 20, 28, 28, 3}};
    std::printf("%s\n", spectral_instructions());
    for (const bool direct : {false, true})
        for (int index = 0, lanes; (lanes = direct ? spectral_direct_width(index) : spectral_width(index)); ++index)
            for (const Case& c : plain)
                for (const int threads : {1, 3}) {
                    std::printf("%s, %d lanes, %d threads, %d -> %d channels, %d x %d, kernel %d:", direct ? "direct" : "spectral",
                                lanes, threads, c.channels, c.outputs, c.height, c.width, c.size);
                    convolution(c, direct, lanes, threads), flushing(c, direct, lanes, threads);
                    if (c.channels == c.outputs) behind_the_sum(c, direct, lanes, threads), link(c, direct, lanes, threads);
                    std::printf("\n");
                }
    std::printf("%d failures\n", failures);
    return failures != 0;
}
