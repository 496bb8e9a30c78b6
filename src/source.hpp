// What a convolution reads, made while it is loaded, and what becomes of its result: passes over memory that batch
// normalization and the activation would otherwise take by themselves.
#pragma once

#include "affine.hpp"
#include "image.hpp"

namespace spectral {

// forward    v = [skip +] f(values),   where a mask is given, values whose bit is clear count as zero
// backward   v = [skip +] a (f'(reference) values - constant - slope (reference - mean)),   where there is a reference
// All of the tensor's shape; `to` (nullptr: not wanted) receives v and may be one of them. The layout is known to library.py.
struct Source {
    const float *values, *reference, *skip;
    float* to;
    const float *constant, *slope;  // of each channel
    const std::uint8_t* mask;
    Norm norm;
};

// y = [skip +] (relu? max(u + bias, 0) : u + bias), or max(skip + u + bias, 0) where relu is AFTER_SUM; the mask receives
// one bit a value, set where the ReLU passes it. The sums are those of y and y^2, or, where there is a reference, of
// h = f'(reference) y and h (reference - mean). The layout is known to library.py.
constexpr int AFTER_SUM = 2;
struct Target {
    float* to;
    const float *skip, *reference, *bias;
    std::uint8_t* mask;
    int relu;
    Norm norm;
};

// Two sums of each channel.
struct ChannelSums {
    std::vector<double> first, second;
    explicit ChannelSums(int channels = 0) : first(channels), second(channels) {}
};

// The threads' sums, added in order.
inline ChannelSums total(const std::vector<ChannelSums>& parts) {
    ChannelSums sums = parts[0];
    for (std::size_t t = 1; t < parts.size(); ++t)
        for (std::size_t c = 0; c < sums.first.size(); ++c)
            sums.first[c] += parts[t].first[c], sums.second[c] += parts[t].second[c];
    return sums;
}

template <int L>
INLINE void fetch(const float* row, const Shape& s) {
    for (std::ptrdiff_t i = 0; i < s.row(); i += 16) __builtin_prefetch(row + AHEAD * s.row() + i);
}

// Rows of one image, channels c .. c+L-1: pixels become `staged` vectors, one after the other.
template <int L>
class Reader {
public:
    Reader(const Source& o, const Shape& s, int c)
        : o_(o), s_(s), at_(c, s.channels), line_(o.norm, at_) {
        if (o.reference && o.constant) constant_ = at_.load(o.constant), slope_ = at_.load(o.slope);
    }

    void row(int image, int y, float* staged) const {
        row_at(image * s_.size() + y * s_.row(), image * s_.mask_size() + y * s_.mask_row(), staged);
    }

    // The row that starts so many floats into the tensor, and bytes into its mask.
    void row_at(std::ptrdiff_t offset, std::ptrdiff_t mask_offset, float* staged) const {
        if (at_.first == 0)
            for (const float* stream : {o_.values, o_.reference, o_.skip})
                if (stream) fetch<L>(stream + offset, s_);
        const std::uint8_t* mask = o_.mask ? o_.mask + mask_offset : nullptr;
        if (at_.lanes == L)
            pick(offset, mask, staged, std::true_type{});
        else
            pick(offset, mask, staged, std::false_type{});
    }

private:
    using V = Vec<L>;

    template <class Whole>
    INLINE void pick(std::ptrdiff_t offset, const std::uint8_t* mask, float* staged, Whole whole) const {
        const float* skip = o_.skip ? o_.skip + offset : nullptr;
        const float *values = o_.values + offset, *reference = o_.reference ? o_.reference + offset : nullptr;
        float* to = o_.to ? o_.to + offset : nullptr;
        const auto each = [&](auto f) INLINE_LAMBDA {
            for (int x = 0; x < s_.width; ++x) {
                const std::ptrdiff_t i = static_cast<std::ptrdiff_t>(x) * s_.channels;
                V v = f(i, x);
                if (skip) v += load_at(skip + i, whole);
                if (to) store_at(to + i, v, whole);
                spectral::store(staged + x * L, v);
            }
        };
        if (mask)
            each([&](std::ptrdiff_t i, int x) INLINE_LAMBDA {
                return keep<L>(load_at(values + i, whole), read_bits<L>(mask + x * s_.bits(), at_.first));
            });
        else if (reference)
            each([&](std::ptrdiff_t i, int x) INLINE_LAMBDA {
                const V u = load_at(reference + i, whole), h = line_.back(u, load_at(values + i, whole));
                return line_.a * (h - constant_ - slope_ * (u - line_.mean));
            });
        else
            each([&](std::ptrdiff_t i, int x) INLINE_LAMBDA { return line_(load_at(values + i, whole)); });
    }

    INLINE V load_at(const float* p, std::true_type) const { return spectral::load<L>(p + at_.first); }
    INLINE V load_at(const float* p, std::false_type) const { return at_.load(p); }
    INLINE void store_at(float* p, V v, std::true_type) const { spectral::store(p + at_.first, v); }
    INLINE void store_at(float* p, V v, std::false_type) const { at_.store(p, v); }

    Source o_;
    Shape s_;
    Channels<L> at_;
    Line<L> line_;
    V constant_ = {}, slope_ = {};
};

// Rows of a result on their way to memory. ChannelSums run in float along a row and in double from row to row, of differences
// from the first pixel of the image, which keeps a large mean from drowning a small variance.
template <int L>
class Writer {
public:
    Writer(const Target& o, const Shape& s, int c, bool sums = true)
        : o_(o), s_(s), at_(c, s.channels), line_(o.norm, at_), sums_(sums) {
        if (o.bias) bias_ = at_.load(o.bias);
    }

    void row(int image, int y, const float* staged) {
        const std::ptrdiff_t offset = image * s_.size() + y * s_.row();
        if (o_.reference && at_.first == 0) fetch<L>(o_.reference + offset, s_);
        std::uint8_t* mask = o_.mask ? o_.mask + image * s_.mask_size() + y * s_.mask_row() : nullptr;
        if (at_.lanes == L)
            pick(offset, mask, staged, std::true_type{});
        else
            pick(offset, mask, staged, std::false_type{});
    }

    // Adds the image's sums to those of the thread.
    void finish(ChannelSums& sums) const {
        const double pixels = o_.reference ? 0 : static_cast<double>(s_.height) * s_.width;
        for (int i = 0; i < at_.lanes; ++i) {
            const double origin = o_.reference ? 0 : origin_[i];
            sums.first[at_.first + i] += first_[i] + pixels * origin;
            sums.second[at_.first + i] += second_[i] + 2 * origin * first_[i] + pixels * origin * origin;
        }
    }

private:
    using V = Vec<L>;
    using Doubles = typename Lanes<L>::Doubles;

    template <class Whole>
    INLINE void pick(std::ptrdiff_t offset, std::uint8_t* mask, const float* staged, Whole whole) {
        const float* skip = o_.skip ? o_.skip + offset : nullptr;
        const float* reference = o_.reference ? o_.reference + offset : nullptr;
        float* to = o_.to + offset;
        V first = {}, second = {};
        const auto rectified = [&](V v, int x) INLINE_LAMBDA {
            const unsigned bits = passing_bits<L>(v);
            if (mask) write_bits<L>(mask + x * s_.bits(), at_.first, bits);
            return keep<L>(v, bits);
        };
        const bool before = o_.relu && o_.relu != AFTER_SUM, after = o_.relu == AFTER_SUM;
        const auto each = [&](auto f) INLINE_LAMBDA {
            for (int x = 0; x < s_.width; ++x) {
                const std::ptrdiff_t i = static_cast<std::ptrdiff_t>(x) * s_.channels;
                V v = spectral::load<L>(staged + x * L) + bias_;
                if (before) v = rectified(v, x);
                if (skip) v += load_at(skip + i, whole);
                if (after) v = rectified(v, x);
                store_at(to + i, v, whole);
                f(v, i);
            }
        };
        if (!sums_) return each([](V, std::ptrdiff_t) INLINE_LAMBDA {});
        if (reference) {
            each([&](V v, std::ptrdiff_t i) INLINE_LAMBDA {
                const V u = load_at(reference + i, whole), h = line_.back(u, v);
                first += h, second += h * (u - line_.mean);
            });
        } else {
            if (fresh_) origin_ = spectral::load<L>(staged) + (skip ? load_at(skip, whole) : V{});
            const V origin = origin_;
            each([&](V v, std::ptrdiff_t) INLINE_LAMBDA {
                const V d = v - origin;
                first += d, second += d * d;
            });
        }
        fresh_ = false;
        first_ += as_doubles<L>(first), second_ += as_doubles<L>(second);
    }

    INLINE V load_at(const float* p, std::true_type) const { return spectral::load<L>(p + at_.first); }
    INLINE V load_at(const float* p, std::false_type) const { return at_.load(p); }
    INLINE void store_at(float* p, V v, std::true_type) const { spectral::store(p + at_.first, v); }
    INLINE void store_at(float* p, V v, std::false_type) const { at_.store(p, v); }

    Target o_;
    Shape s_;
    Channels<L> at_;
    Line<L> line_;
    bool sums_, fresh_ = true;
    V origin_ = {}, bias_ = {};
    Doubles first_ = {}, second_ = {};
};

template <int L, int N>
void read_image(const Source& o, const Shape& s, int c, int image, float* plane) {
    using P = Plane<L, N>;
    alignas(64) float staged[P::P * L] = {};
    const Reader<L> reader(o, s, c);
    for (int y = 0; y < s.height; ++y) {
        reader.row(image, y, staged);
        P::forward_row(plane, y, static_cast<const float*>(staged));
    }
    P::clear_rows(plane, s.height);
}

template <int L, int N>
void write_image(const float* plane, const Target& o, const Shape& s, int c, int image, ChannelSums* sums) {
    using P = Plane<L, N>;
    alignas(64) float staged[P::P * L];
    Writer<L> writer(o, s, c, sums != nullptr);
    for (int y = 0; y < s.height; ++y) {
        P::template inverse_row<DELAY>(plane, y, static_cast<float*>(staged));
        writer.row(image, y, staged);
    }
    if (sums) writer.finish(*sums);
}

}  // namespace spectral
