// The library's plain C interface. Tensors are float32: images dense NHWC; weights (outputs, inputs, k, k) and
// their gradient with the same four strides; biases dense. Masks are (images, height, width,
// 2 ceil(outputs/16)) bytes of one bit a value. What may be nullptr is not wanted. Functions return a Status.
#include <mutex>
#include <new>

#include "convolution.hpp"
#include "direct.hpp"

namespace {

using namespace spectral;

// Lane counts built: the usual one first. Fewer are for images of fewer channels, which cannot fill it.
#if defined(__AVX512F__)
constexpr char INSTRUCTIONS[] = "avx512";
using Widths = std::integer_sequence<int, 16, 8, 4>;
using DirectWidths = Widths;
#elif defined(__AVX2__)
constexpr char INSTRUCTIONS[] = "avx2";
using Widths = std::integer_sequence<int, 8, 4>;
using DirectWidths = Widths;
#else
#if defined(__ARM_NEON)
constexpr char INSTRUCTIONS[] = "neon";
#else
constexpr char INSTRUCTIONS[] = "generic";
#endif
using Widths = std::integer_sequence<int, 4>;
using DirectWidths = Widths;
#endif

// Calls f(L, N) with the lanes asked for and the shortest transform that holds the image; false where there is none.
template <class F, int... L>
bool with_sizes(int lanes, int side, F f, std::integer_sequence<int, L...>) {
    const auto try_lanes = [&](auto l) {
        if (l != lanes || side > 32) return false;
        if (side <= 16)
            f(l, std::integral_constant<int, 20>{});
        else
            f(l, std::integral_constant<int, 36>{});
        return true;
    };
    return (try_lanes(std::integral_constant<int, L>{}) || ...);
}

enum Status { DONE = 0, NO_MEMORY = 1, NO_SUCH_SIZE = 2 };

template <class F>
int run(const Problem& p, int lanes, F f) {
    try {
        Pool& pool = Pool::get();
        std::lock_guard<std::mutex> lock(pool.entry);
        const auto call = [&](auto l, auto n) { f(Convolution<l, n>(p, pool)); };
        if (p.kernel.size > 2 * DELAY + 1 || p.threads < 1) return NO_SUCH_SIZE;
        return with_sizes(lanes, std::max(p.height, p.width), call, Widths{}) ? DONE : NO_SUCH_SIZE;
    } catch (const std::bad_alloc&) {
        return NO_MEMORY;
    }
}

template <class F, int... L>
int run_direct(const Problem& p, int lanes, F f, std::integer_sequence<int, L...>) {
    try {
        Pool& pool = Pool::get();
        std::lock_guard<std::mutex> lock(pool.entry);
        if (p.threads < 1) return NO_SUCH_SIZE;
        const auto try_lanes = [&](auto l) {
            if (l == lanes) f(Direct<l>(p, pool));
            return l == lanes;
        };
        return (try_lanes(std::integral_constant<int, L>{}) || ...) ? DONE : NO_SUCH_SIZE;
    } catch (const std::bad_alloc&) {
        return NO_MEMORY;
    }
}

template <int... L>
constexpr int width(unsigned index, std::integer_sequence<int, L...>) {
    constexpr int widths[] = {L...};
    return index < sizeof...(L) ? widths[index] : 0;
}

template <class F>
int normalize(std::int64_t pixels, int channels, int threads, F f) {
    try {
        Pool& pool = Pool::get();
        std::lock_guard<std::mutex> lock(pool.entry);
        f(Normalization<width(0, Widths{})>(pixels, channels, threads, pool));
        return DONE;
    } catch (const std::bad_alloc&) {
        return NO_MEMORY;
    }
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

int spectral_interface() { return 6; }  // counts the changes of these signatures; library.py asks for the one it knows
const char* spectral_instructions() { return INSTRUCTIONS; }
void spectral_use_team(Team team) { Pool::use_team(team); }
int spectral_flush(int wanted) { return Pool::flush(wanted); }
int spectral_width(int index) { return width(index, Widths{}); }  // lane counts, the usual one first; then 0
int spectral_direct_width(int index) { return width(index, DirectWidths{}); }

int spectral_forward(const float* x, const float* w, const float* bias, float* y, std::uint8_t* mask, int relu,
                     int residual, int images, int height, int width, int inputs, int outputs, int size, int lanes,
                     int threads, const std::int64_t* strides) {
    const Problem p = {images, height, width, {outputs, inputs, size, strides}, threads};
    const Target to = {y, residual ? x : nullptr, nullptr, bias, mask, relu, {}};
    return run(p, lanes, [&](auto c) { c.link(w, {x}, to, nullptr, nullptr); });
}

int spectral_backward(const float* g, const float* x, const float* w, const std::uint8_t* mask, float* x_gradient,
                      float* w_gradient, float* bias_gradient, int residual, int images, int height, int width, int inputs,
                      int outputs, int size, int lanes, int threads, const std::int64_t* strides) {
    const Problem p = {images, height, width, {outputs, inputs, size, strides}, threads};
    const Source from = {g, nullptr, nullptr, nullptr, nullptr, nullptr, mask, {}};
    const Target to = {x_gradient, residual ? g : nullptr, nullptr, nullptr, nullptr, 0, {}};
    return run(p, lanes, [&](auto c) { c.link_back(w, from, {x}, to, w_gradient, bias_gradient, {}); });
}

// y = max(x + w * x + b, 0), and its gradients: the ReLU stands behind the sum.
int spectral_sum_forward(const float* x, const float* w, const float* bias, float* y, std::uint8_t* mask, int images,
                         int height, int width, int inputs, int outputs, int size, int lanes, int threads,
                         const std::int64_t* strides) {
    const Problem p = {images, height, width, {outputs, inputs, size, strides}, threads};
    return run(p, lanes, [&](auto c) { c.link(w, {x}, {y, x, nullptr, bias, mask, AFTER_SUM, {}}, nullptr, nullptr); });
}

int spectral_sum_backward(const float* g, const float* x, const float* w, const std::uint8_t* mask, float* x_gradient,
                          float* w_gradient, float* bias_gradient, int images, int height, int width, int inputs, int outputs,
                          int size, int lanes, int threads, const std::int64_t* strides) {
    const Problem p = {images, height, width, {outputs, inputs, size, strides}, threads};
    const Source from = {g, nullptr, nullptr, x_gradient, nullptr, nullptr, mask, {}};  // the masked gradient is the skip
    const Target to = {x_gradient, x_gradient, nullptr, nullptr, nullptr, 0, {}};
    return run(p, lanes, [&](auto c) { c.link_back(w, from, {x}, to, w_gradient, bias_gradient, {}); });
}

// A convolution whose input is made while it is read, and whose result's statistics are taken while it is written.
int spectral_linked_forward(const Source* from, const float* w, const Target* to, float* mean, float* variance, int images,
                          int height, int width, int inputs, int outputs, int size, int lanes, int threads,
                          const std::int64_t* strides) {
    const Problem p = {images, height, width, {outputs, inputs, size, strides}, threads};
    return run(p, lanes, [&](auto c) { c.link(w, *from, *to, mean, variance); });
}

int spectral_linked_backward(const Source* g, const Source* x, const float* w, const Target* to, float* w_gradient,
                           const NormGradients* gradients, int images, int height, int width, int inputs, int outputs, int size,
                           int lanes, int threads, const std::int64_t* strides) {
    const Problem p = {images, height, width, {outputs, inputs, size, strides}, threads};
    return run(p, lanes, [&](auto c) { c.link_back(w, *g, *x, *to, w_gradient, nullptr, *gradients); });
}

// The same six by the sum that defines a convolution, for images of any size.
int spectral_direct_forward(const float* x, const float* w, const float* bias, float* y, std::uint8_t* mask, int relu,
                            int residual, int images, int height, int width, int inputs, int outputs, int size, int lanes,
                            int threads, const std::int64_t* strides) {
    const Problem p = {images, height, width, {outputs, inputs, size, strides}, threads};
    const Target to = {y, residual ? x : nullptr, nullptr, bias, mask, relu, {}};
    return run_direct(p, lanes, [&](auto d) { d.link(w, {x}, to, nullptr, nullptr); }, DirectWidths{});
}

int spectral_direct_backward(const float* g, const float* x, const float* w, const std::uint8_t* mask, float* x_gradient,
                             float* w_gradient, float* bias_gradient, int residual, int images, int height, int width,
                             int inputs, int outputs, int size, int lanes, int threads, const std::int64_t* strides) {
    const Problem p = {images, height, width, {outputs, inputs, size, strides}, threads};
    const Source from = {g, nullptr, nullptr, nullptr, nullptr, nullptr, mask, {}};
    const Target to = {x_gradient, residual ? g : nullptr, nullptr, nullptr, nullptr, 0, {}};
    return run_direct(p, lanes, [&](auto d) { d.link_back(w, from, {x}, to, w_gradient, bias_gradient, {}); }, DirectWidths{});
}

int spectral_direct_sum_forward(const float* x, const float* w, const float* bias, float* y, std::uint8_t* mask, int images,
                                int height, int width, int inputs, int outputs, int size, int lanes, int threads,
                                const std::int64_t* strides) {
    const Problem p = {images, height, width, {outputs, inputs, size, strides}, threads};
    const Target to = {y, x, nullptr, bias, mask, AFTER_SUM, {}};
    return run_direct(p, lanes, [&](auto d) { d.link(w, {x}, to, nullptr, nullptr); }, DirectWidths{});
}

int spectral_direct_sum_backward(const float* g, const float* x, const float* w, const std::uint8_t* mask, float* x_gradient,
                                 float* w_gradient, float* bias_gradient, int images, int height, int width, int inputs,
                                 int outputs, int size, int lanes, int threads, const std::int64_t* strides) {
    const Problem p = {images, height, width, {outputs, inputs, size, strides}, threads};
    const Source from = {g, nullptr, nullptr, x_gradient, nullptr, nullptr, mask, {}};
    const Target to = {x_gradient, x_gradient, nullptr, nullptr, nullptr, 0, {}};
    return run_direct(p, lanes, [&](auto d) { d.link_back(w, from, {x}, to, w_gradient, bias_gradient, {}); }, DirectWidths{});
}

int spectral_direct_linked_forward(const Source* from, const float* w, const Target* to, float* mean, float* variance,
                                 int images, int height, int width, int inputs, int outputs, int size, int lanes, int threads,
                                 const std::int64_t* strides) {
    const Problem p = {images, height, width, {outputs, inputs, size, strides}, threads};
    return run_direct(p, lanes, [&](auto d) { d.link(w, *from, *to, mean, variance); }, DirectWidths{});
}

int spectral_direct_linked_backward(const Source* g, const Source* x, const float* w, const Target* to, float* w_gradient,
                                  const NormGradients* gradients, int images, int height, int width, int inputs, int outputs,
                                  int size, int lanes, int threads, const std::int64_t* strides) {
    const Problem p = {images, height, width, {outputs, inputs, size, strides}, threads};
    return run_direct(p, lanes, [&](auto d) { d.link_back(w, *g, *x, *to, w_gradient, nullptr, *gradients); }, DirectWidths{});
}

int spectral_norm_statistics(const float* u, float* mean, float* variance, std::int64_t pixels, int channels, int threads) {
    return normalize(pixels, channels, threads, [&](auto f) { f.statistics(u, mean, variance); });
}

int spectral_norm_gradients(const float* g, const float* u, const Norm* norm, const NormGradients* to, std::int64_t pixels,
                            int channels, int threads) {
    return normalize(pixels, channels, threads, [&](auto f) { f.gradients(g, u, *norm, *to); });
}

int spectral_norm_write(const Source* from, std::int64_t pixels, int channels, int threads) {
    return normalize(pixels, channels, threads, [&](auto f) { f.apply(*from); });
}
}
#pragma GCC visibility pop
