// One image of L channels, P x P pixels with P = N - 4, and its N x N transform.
//
// Rows are real, so a row keeps N/2 + 1 frequencies; the first and the last of them are real and share slot 0. A Plane
// is N/2 slots of P complex vectors, one for each row. Transforming a slot along its column gives N frequencies; slot 0
// holds two real columns, which give N/2 + 1 each. All N/2 slots together: frequencies<N>() complex values.
//
// P = N - 4 is enough for kernels up to 9: circular convolution of length N folds the outputs beyond P onto places that
// "same" padding drops. A kernel is stored 4 places late, so that the wanted outputs are 4 .. N-1.
#pragma once

#include "dft.hpp"

namespace spectral {

constexpr int DELAY = 4;

template <int N>
constexpr int slots = N / 2;

template <int N>
constexpr int column_length(int slot) { return slot == 0 ? N + 2 : N; }

template <int N>
constexpr int column_start(int slot) { return slot == 0 ? 0 : N + 2 + (slot - 1) * N; }

template <int N>
constexpr int frequencies = column_start<N>(slots<N>);

template <int L, int N>
struct Plane {
    using V = Vec<L>;
    using Z = Complex<V>;
    static constexpr int P = N - DELAY;
    static constexpr int ROW = 2 * L;             // floats: real parts, then imaginary parts
    static constexpr int SLOT = (P + 1) * ROW;    // one row more: slots a power of two apart would share cache sets
    static constexpr int SIZE = slots<N> * SLOT;

    static INLINE Z load_complex(const float* p) { return {load<L>(p), load<L>(p + L)}; }
    static INLINE void store_complex(float* p, Z z) { store(p, z.re), store(p + L, z.im); }

    // get(n), n < P: pixel n of the row.
    template <class Get>
    static INLINE void forward_row(float* plane, int row, Get get) {
        float* to = plane + row * ROW;
        real_dft<N, V>(
            [&](auto n) INLINE_LAMBDA {
                if constexpr (n < P) return get(n);
                return V{};
            },
            [&](auto k, Z z) INLINE_LAMBDA {
                if constexpr (k == 0)
                    store(to, z.re);
                else if constexpr (k == N / 2)
                    store(to + L, z.re);
                else
                    store_complex(to + k * SLOT, z);
            });
    }

    // put(p, v): output p of the row, where p = n - FIRST (mod N).
    template <int FIRST, class Put>
    static INLINE void inverse_row(const float* plane, int row, Put put) {
        const float* from = plane + row * ROW;
        inverse_real_dft<N, V>(
            [&](auto k) INLINE_LAMBDA {
                if constexpr (k == 0) return Z{load<L>(from), V{}};
                else if constexpr (k == N / 2) return Z{load<L>(from + L), V{}};
                else return load_complex(from + k * SLOT);
            },
            [&](auto n, V v) INLINE_LAMBDA { put(std::integral_constant<int, (n - FIRST + N) % N>{}, v); });
    }

    // The same between a plane and P pixels lying one after the other; not inlined: here code size counts.
    static __attribute__((noinline)) void forward_row(float* plane, int row, const float* pixels) {
        forward_row(plane, row, [&](auto n) INLINE_LAMBDA { return load<L>(pixels + n * L); });
    }

    template <int FIRST>
    static __attribute__((noinline)) void inverse_row(const float* plane, int row, float* pixels) {
        inverse_row<FIRST>(plane, row, [&](auto p, V v) INLINE_LAMBDA {
            if constexpr (p < P) store(pixels + p * L, v);
        });
    }

    // Frequency k goes to column + k step: its real part, `part` floats later its imaginary part, then with SUM their sum.
    template <bool SUM>
    static void forward_column(const float* plane, int slot, float* column, std::ptrdiff_t step, std::ptrdiff_t part) {
        const auto put = [&](float* to, Z z) INLINE_LAMBDA {
            store(to, z.re), store(to + part, z.im);
            if constexpr (SUM) store(to + 2 * part, z.re + z.im);
        };
        const float* from = plane + slot * SLOT;
        if (slot == 0) {
            for (int half = 0; half < 2; ++half) {
                real_dft<N, V>(
                    [&](auto n) INLINE_LAMBDA {
                        if constexpr (n < P) return load<L>(from + half * L + n * ROW);
                        return V{};
                    },
                    [&](auto k, Z z) INLINE_LAMBDA { put(column + (half * (N / 2 + 1) + k) * step, z); });
            }
            return;
        }
        dft<N, V>(
            [&](auto n) INLINE_LAMBDA {
                if constexpr (n < P) return load_complex(from + n * ROW);
                return Z{};
            },
            [&](auto k, Z z) INLINE_LAMBDA { put(column + k * step, z); });
    }

    // Frequency k comes from column + k step, real parts and imaginary parts next to each other.
    template <int FIRST>
    static void inverse_column(const float* column, std::ptrdiff_t step, int slot, float* plane) {
        float* to = plane + slot * SLOT;
        if (slot == 0) {
            for (int half = 0; half < 2; ++half) {
                inverse_real_dft<N, V>(
                    [&](auto k) INLINE_LAMBDA { return load_complex(column + (half * (N / 2 + 1) + k) * step); },
                    [&](auto n, V v) INLINE_LAMBDA {
                        constexpr int row = (n - FIRST + N) % N;
                        if constexpr (row < P) store(to + half * L + row * ROW, v);
                    });
            }
            return;
        }
        inverse_dft<N, V>([&](auto k) INLINE_LAMBDA { return load_complex(column + k * step); },
                          [&](auto n, Z z) INLINE_LAMBDA {
                              constexpr int row = (n - FIRST + N) % N;
                              if constexpr (row < P) store_complex(to + row * ROW, z);
                          });
    }

    static void clear_rows(float* plane, int from) {
        for (int slot = 0; slot < slots<N>; ++slot)
            std::memset(plane + slot * SLOT + from * ROW, 0, sizeof(float) * (P - from) * ROW);
    }
};

}  // namespace spectral
