"""The direct residual convolution as Triton kernels over NHWC memory.

    y[p] = [skip[p] +] f( sum_j x[p + j - before] w[j] + b ),     p, j over rows and columns

It is computed as a matrix product whose rows are pixels and whose inner dimension is the taps of
one kernel row times the channels. In NHWC these are adjacent in memory: with 8 taps of 16 channels,
a row of the window is one run of 128 values, and an 8 x 8 kernel takes 8 steps of inner dimension
128. Sums are in float32 for every type of tensor.

Sizes in capitals are compile-time constants. Masks pad the channels IN and OUT to powers of two of
at least 16, IN2 and OUT2.
"""

import triton
import triton.language as tl


@triton.jit
def window(x, pixel, pixels, height, width, row_tap, first, IN: tl.constexpr, IN2: tl.constexpr,
           K: tl.constexpr, BEFORE: tl.constexpr, TAPS: tl.constexpr):  # fmt: skip
    """x at TAPS taps of kernel row `row_tap`, from tap `first` on, for each pixel.

    The shape is (pixels, TAPS IN2); values outside the image are 0.
    """
    j = tl.arange(0, TAPS * IN2)
    tap, channel = first + j // IN2, j % IN2
    row, column = pixel // width % height + row_tap - BEFORE, pixel % width
    at = column[:, None] + tap[None, :] - BEFORE
    inside = ((pixel < pixels) & (row >= 0) & (row < height))[:, None] & (at >= 0) & (at < width)
    there = inside & ((tap < K) & (channel < IN))[None, :]
    shift = (tap - BEFORE) * IN + channel
    return tl.load(
        x + (pixel + (row_tap - BEFORE) * width)[:, None] * IN + shift[None, :],
        mask=there,
        other=0.0,
    )


@triton.jit
def convolve(x, weight, bias, skip, bits, y, pixels, height, width, IN: tl.constexpr,
             OUT: tl.constexpr, IN2: tl.constexpr, OUT2: tl.constexpr, K: tl.constexpr,
             BEFORE: tl.constexpr, TAPS: tl.constexpr, TRANSPOSED: tl.constexpr,
             BIAS: tl.constexpr, SKIP: tl.constexpr, RELU: tl.constexpr, PRECISION: tl.constexpr,
             BLOCK: tl.constexpr):  # fmt: skip
    """BLOCK pixels of y, and with RELU the bits u > 0, 16 channels a word.

    `weight` is (K, K, IN, OUT). With TRANSPOSED, which gives the gradient of x, it is (K, K, OUT,
    IN) and is read from its last tap to its first.
    """
    pixel = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    out = tl.arange(0, OUT2)
    j = tl.arange(0, TAPS * IN2)
    chunks: tl.constexpr = (K + TAPS - 1) // TAPS
    u = tl.zeros((BLOCK, OUT2), tl.float32)
    for step in range(K * chunks):
        row_tap, first = step // chunks, step % chunks * TAPS
        a = window(x, pixel, pixels, height, width, row_tap, first, IN, IN2, K, BEFORE, TAPS)
        tap, channel = first + j // IN2, j % IN2
        there = ((tap < K) & (channel < IN))[:, None] & (out < OUT)[None, :]
        if TRANSPOSED:
            place = (K * K - 1 - row_tap * K - tap) * OUT * IN
            at = (place + channel)[:, None] + out[None, :] * IN
        else:
            at = ((row_tap * K + tap) * IN + channel)[:, None] * OUT + out[None, :]
        u = tl.dot(a, tl.load(weight + at, mask=there, other=0.0), u, input_precision=PRECISION)
    if BIAS:
        u += tl.load(bias + out, mask=out < OUT, other=0.0).to(tl.float32)[None, :]
    if RELU:
        groups: tl.constexpr = OUT2 // 16
        set_bits = (~(u <= 0)).to(tl.int32) << (out % 16)[None, :]
        words = tl.sum(tl.reshape(set_bits, (BLOCK, groups, 16)), 2)
        word_at = pixel[:, None] * groups + tl.arange(0, groups)[None, :]
        tl.store(bits + word_at, words.to(tl.int16), mask=(pixel < pixels)[:, None])
        u = tl.where(u < 0, 0.0, u)  # a NaN stays a NaN
    at_y = pixel[:, None] * OUT + out[None, :]
    there_y = (pixel < pixels)[:, None] & (out < OUT)[None, :]
    if SKIP:
        u += tl.load(skip + at_y, mask=there_y, other=0.0).to(tl.float32)
    tl.store(y + at_y, u.to(y.dtype.element_ty), mask=there_y)


@triton.jit
def let_through(
    g, bits, masked, pixels, OUT: tl.constexpr, OUT2: tl.constexpr, BLOCK: tl.constexpr
):
    """masked = g where the bit is set, 0 elsewhere: the gradient before the ReLU."""
    pixel = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    out = tl.arange(0, OUT2)
    there = (pixel < pixels)[:, None] & (out < OUT)[None, :]
    words = tl.load(
        bits + pixel[:, None] * (OUT2 // 16) + (out // 16)[None, :], mask=there, other=0
    ).to(tl.int32)
    at = pixel[:, None] * OUT + out[None, :]
    value = tl.load(g + at, mask=there, other=0.0)
    tl.store(masked + at, tl.where((words >> (out % 16)[None, :]) & 1 != 0, value, 0.0), mask=there)


@triton.jit
def correlate(x, g, parts, pixels, height, width, IN: tl.constexpr, OUT: tl.constexpr,
              IN2: tl.constexpr, OUT2: tl.constexpr, K: tl.constexpr, BEFORE: tl.constexpr,
              TAPS: tl.constexpr, SPAN: tl.constexpr, PRECISION: tl.constexpr,
              BLOCK: tl.constexpr):  # fmt: skip
    """parts[s, j] = the sum over the s-th SPAN pixels of x[p + j - before]^T g[p].

    `parts` is (splits, K, K, IN, OUT) in float32. The caller adds them in a fixed order; atomic
    additions would give other bits each time.
    """
    chunks: tl.constexpr = (K + TAPS - 1) // TAPS
    row_tap, first = tl.program_id(0) // chunks, tl.program_id(0) % chunks * TAPS
    split = tl.program_id(1)
    out = tl.arange(0, OUT2)
    total = tl.zeros((TAPS * IN2, OUT2), tl.float32)
    for start in range(0, SPAN, BLOCK):
        pixel = split * SPAN + start + tl.arange(0, BLOCK)
        a = window(x, pixel, pixels, height, width, row_tap, first, IN, IN2, K, BEFORE, TAPS)
        there = (pixel < pixels)[:, None] & (out < OUT)[None, :]
        b = tl.load(g + pixel[:, None] * OUT + out[None, :], mask=there, other=0.0)
        total = tl.dot(tl.trans(a), b, total, input_precision=PRECISION)
    j = tl.arange(0, TAPS * IN2)
    tap, channel = first + j // IN2, j % IN2
    at = (((split * K + row_tap) * K + tap) * IN + channel)[:, None] * OUT + out[None, :]
    tl.store(parts + at, total, mask=((tap < K) & (channel < IN))[:, None] & (out < OUT)[None, :])
