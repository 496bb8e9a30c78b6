// The library's plain C interface. Tensors are dense float32: images NHWC, weights (outputs, inputs, k, k), masks
// (images, height, width, 2 ceil(outputs/16)) bytes of one bit a value. Functions return 0, or 1 when memory ran out.
#include <new>

#include "convolution.hpp"

namespace {

using namespace spectral;

#if defined(__AVX512F__)
constexpr char INSTRUCTIONS[] = "avx512";
constexpr int WIDEST = 16, USUAL = 8;
#elif defined(__AVX2__)
constexpr char INSTRUCTIONS[] = "avx2";
constexpr int WIDEST = 8, USUAL = 8;
#else
constexpr char INSTRUCTIONS[] = "generic";
constexpr int WIDEST = 4, USUAL = 4;
#endif

// The shortest transform that holds the image; the shortest of all has no room for the widest kernels.
template <int L, class F>
void with_length(const Problem& p, F f) {
    const int side = std::max(p.height, p.width);
    if (side <= 8 && p.kernel.size <= 7)
        f(std::integral_constant<int, L>{}, std::integral_constant<int, 12>{});
    else if (side <= 16)
        f(std::integral_constant<int, L>{}, std::integral_constant<int, 20>{});
    else
        f(std::integral_constant<int, L>{}, std::integral_constant<int, 36>{});
}

template <class F>
int with_sizes(const Problem& p, int lanes, F f) {
    try {
        Pool& pool = Pool::get();
        std::lock_guard<std::mutex> lock(pool.entry);
        const auto call = [&](auto l, auto n) { f(Convolution<l, n>(p, pool)); };
        if constexpr (WIDEST >= 16)
            if (lanes == 16) return with_length<16>(p, call), 0;
        if constexpr (WIDEST >= 8)
            if (lanes == 8) return with_length<8>(p, call), 0;
        with_length<4>(p, call);
        return 0;
    } catch (const std::bad_alloc&) {
        return 1;
    }
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

const char* spectral_instructions() { return INSTRUCTIONS; }
int spectral_widest() { return WIDEST; }
int spectral_usual() { return USUAL; }

int spectral_forward(const float* x, const float* w, const float* bias, float* y, std::uint8_t* mask, int residual,
                     int images, int height, int width, int inputs, int outputs, int size, int lanes, int threads) {
    const Problem p = {images, height, width, {outputs, inputs, size}, threads};
    return with_sizes(p, lanes, [&](auto c) { c.forward(w, {x, nullptr, residual ? x : nullptr, bias, mask, y}); });
}

int spectral_backward(const float* g, const float* x, const float* w, const std::uint8_t* mask, float* x_gradient,
                      float* w_gradient, float* bias_gradient, int residual, int images, int height, int width, int inputs,
                      int outputs, int size, int lanes, int threads) {
    const Problem p = {images, height, width, {outputs, inputs, size}, threads};
    return with_sizes(p, lanes, [&](auto c) {
        c.backward(w, x, {g, mask, residual ? g : nullptr, nullptr, nullptr, x_gradient}, w_gradient, bias_gradient);
    });
}
}
#pragma GCC visibility pop
