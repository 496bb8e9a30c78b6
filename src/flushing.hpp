// Numbers below the smallest normal one (1.2e-38) count as zero while a Flushing lives that was asked to see to it: a
// processor takes a hundred times as long over a product of them, and a network whose signal vanishes is full of them.
#pragma once

#include <cstdint>

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace spectral {

class Flushing {
public:
    explicit Flushing(bool wanted) : before_(mode()) {
        if (wanted) set(before_ | BITS);
    }
    ~Flushing() { set(before_); }
    Flushing(const Flushing&) = delete;
    Flushing& operator=(const Flushing&) = delete;

private:
#if defined(__SSE__)
    static constexpr std::uint64_t BITS = 0x8040;  // results flushed to zero, operands taken as zero
    static std::uint64_t mode() { return _mm_getcsr(); }
    static void set(std::uint64_t mode) { _mm_setcsr(static_cast<unsigned>(mode)); }
#elif defined(__aarch64__)
    static constexpr std::uint64_t BITS = 1 << 24;  // both
    static std::uint64_t mode() {
        std::uint64_t mode;
        asm volatile("mrs %0, fpcr" : "=r"(mode));
        return mode;
    }
    static void set(std::uint64_t mode) { asm volatile("msr fpcr, %0" : : "r"(mode)); }
#else
    static constexpr std::uint64_t BITS = 0;
    static std::uint64_t mode() { return 0; }
    static void set(std::uint64_t) {}
#endif
    const std::uint64_t before_;
};

}  // namespace spectral
