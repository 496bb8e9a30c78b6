"""The residual convolution on a CUDA device: direct, fused, in float32, bfloat16 or float16.

The forward pass is one kernel, which adds the bias, applies ReLU, adds x and saves one bit a value
for the backward pass; the backward pass is three kernels (see `triton_kernels`). Sums are in
float32 and each output is rounded once, which in a half type is fewer roundings than stock torch
makes. float32 products are IEEE unless `torch.backends.cuda.matmul.allow_tf32` is set, which by
default it is not. The parts of a weight gradient are added in a fixed order, so that equal inputs
give equal bits.

These kernels have been checked in Triton's interpreter and compiled for sm_80 and sm_90. They have
never been run on a device, and so never timed.
"""

from functools import cache
from typing import Any

import torch
from torch import Tensor

from .constant import constant

LARGEST_KERNEL = 9
PIXEL_BYTES = 128  # with more, the accumulators of one tile do not fit the registers
DTYPES = (torch.float32, torch.bfloat16, torch.float16)
SPLITS = 64  # parts of a weight gradient; times 8 kernel rows, enough programs for any device


def unsupported(x: Tensor, weight: Tensor) -> str | None:
    """Why this path cannot compute with these tensors, or None where it can."""
    if reason := missing():
        return reason
    if not interpreted() and (reason := _wrong_device(x, weight)):
        return reason
    if x.dtype not in DTYPES or weight.dtype != x.dtype:
        return (
            f"it computes in float32, bfloat16 or float16, "
            f"not in {x.dtype} with weights in {weight.dtype}"
        )
    most = PIXEL_BYTES // x.dtype.itemsize
    if weight.shape[-1] > LARGEST_KERNEL or max(weight.shape[:2]) > most:
        return (
            f"it holds kernels up to {LARGEST_KERNEL} and {most} channels in {x.dtype}, "
            f"not {weight.shape[-1]} with {max(weight.shape[:2])}"
        )
    if x.numel() >= 2**31:
        return "it counts values in 31 bits: take smaller batches"
    return None


def _wrong_device(x: Tensor, weight: Tensor) -> str | None:
    if not (x.is_cuda and weight.is_cuda):
        return f"it runs on CUDA devices, not on {x.device.type}"
    major, minor = torch.cuda.get_device_capability(x.device)
    if major < 8:
        return f"it needs compute capability 8.0, not {major}.{minor}"
    return None


@constant
@cache
def missing() -> str | None:
    """The reason why Triton cannot be imported, or None where it can."""
    try:
        from resweep.nets.kernels import triton_kernels  # noqa: F401
    except Exception as error:
        reason, *_ = str(error).splitlines() or [type(error).__name__]
        return f"Triton does not import ({reason})"
    return None


@constant
def interpreted() -> bool:
    """Whether TRITON_INTERPRET=1 makes Triton run the kernels on the CPU, for tests."""
    import triton

    return bool(triton.knobs.runtime.interpret)


def describe() -> dict[str, object]:
    """The version of Triton and the precision of float32 products, "ieee" or "tf32"."""
    import triton

    return {
        "triton": triton.__version__,
        "float32": "tf32" if torch.backends.cuda.matmul.allow_tf32 else "ieee",
    }


def convolution(
    x: Tensor, weight: Tensor, bias: Tensor | None, relu: bool, residual: bool
) -> Tensor:
    """`resweep.nets.kernels.convolution` on this path; the shapes have been checked."""
    x = x.contiguous(memory_format=torch.channels_last)
    y: Tensor = _forward(x, weight, bias, relu, residual)[0]
    return y


def _padded(channels: int) -> int:
    return max(16, 1 << (channels - 1).bit_length())


def _taps(kernel: int, pixel_bytes: int) -> int:
    """Taps processed together: a power of two, at most 256 bytes, few beyond the kernel's edge."""
    wide = [t for t in (8, 4, 2, 1) if t * pixel_bytes <= 256]
    return min(wide, key=lambda t: -(-kernel // t) * (t + 1))


def _sizes(
    dtype: torch.dtype, inputs: int, outputs: int, kernel: int, before: int
) -> dict[str, Any]:
    tf32 = torch.backends.cuda.matmul.allow_tf32
    c, o = _padded(inputs), _padded(outputs)
    taps = _taps(kernel, c * dtype.itemsize)
    return {
        "IN": inputs,
        "OUT": outputs,
        "IN2": c,
        "OUT2": o,
        "K": kernel,
        "BEFORE": before,
        "TAPS": taps,
        "PRECISION": "tf32" if tf32 else "ieee",
    }


def _block(x: Tensor) -> int:
    return 64 if x.dtype == torch.float32 else 128


def _convolve(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    skip: Tensor | None,
    bits: Tensor | None,
    transposed: bool,
) -> Tensor:
    """Run the kernel `convolve` on `x` (N, C, H, W) in channels_last memory.

    `weight` (K, K, inputs, outputs) is that of the forward convolution; `transposed` gives the
    gradient of its input. `bits` receives u > 0 where it is given, with ReLU.
    """
    from resweep.nets.kernels.triton_kernels import convolve

    n, _, h, w = x.shape
    kernel, _, *channels = weight.shape
    inputs, outputs = reversed(channels) if transposed else channels
    y = _empty(x, outputs)
    block = _block(x)
    sizes = _sizes(
        x.dtype, inputs, outputs, kernel, kernel // 2 if transposed else (kernel - 1) // 2
    )
    flags = {
        "TRANSPOSED": transposed,
        "BIAS": bias is not None,
        "SKIP": skip is not None,
        "RELU": bits is not None,
    }
    if y.numel():
        with torch.cuda.device_of(x):
            convolve[(-(-n * h * w // block),)](
                x, weight, bias, skip, bits, y, n * h * w, h, w, **sizes, **flags, BLOCK=block
            )
    return y


def _empty(x: Tensor, channels: int) -> Tensor:
    n, _, h, w = x.shape
    return torch.empty(
        (n, channels, h, w), dtype=x.dtype, device=x.device, memory_format=torch.channels_last
    )


def _empty_outputs(x: Tensor, weight: Tensor, relu: bool) -> tuple[Tensor, Tensor, Tensor]:
    n, _, h, w = x.shape
    o, i, k, _ = weight.shape
    bits = torch.empty(
        (n, h, w, _padded(o) // 16) if relu else (0,), dtype=torch.int16, device=x.device
    )
    return _empty(x, o), bits, weight.new_empty((k, k, i, o))


@torch.library.custom_op("resweep::triton_convolution", mutates_args=())
def _forward(
    x: Tensor, weight: Tensor, bias: Tensor | None, relu: bool, residual: bool
) -> tuple[Tensor, Tensor, Tensor]:
    """y, the bits u > 0 (empty without ReLU), and the weights in the order that kernels read."""
    x = x.contiguous(memory_format=torch.channels_last)
    packed = weight.permute(2, 3, 1, 0).clone(memory_format=torch.contiguous_format)
    _, bits, _ = _empty_outputs(x, weight, relu)
    y = _convolve(
        x, packed, bias, x if residual else None, bits if relu else None, transposed=False
    )
    return y, bits, packed


@_forward.register_fake
def _(
    x: Tensor, weight: Tensor, bias: Tensor | None, relu: bool, residual: bool
) -> tuple[Tensor, Tensor, Tensor]:
    return _empty_outputs(x, weight, relu)


@torch.library.custom_op("resweep::triton_convolution_backward", mutates_args=())
def _backward(
    g: Tensor,
    x: Tensor,
    packed: Tensor,
    bits: Tensor,
    residual: bool,
    need_x: bool,
    need_w: bool,
    need_b: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    g, x = (t.contiguous(memory_format=torch.channels_last) for t in (g, x))
    behind = _let_through(g, bits) if bits.numel() else g
    gx, gw, gb = (x.new_empty(0) for _ in range(3))
    if need_x:
        gx = _convolve(behind, packed, None, g if residual else None, None, transposed=True)
    if need_w:
        gw = _correlate(x, behind, packed)
    if need_b:
        gb = behind.sum((0, 2, 3), dtype=torch.float32).to(x.dtype)
    return gx, gw, gb


@_backward.register_fake
def _(
    g: Tensor,
    x: Tensor,
    packed: Tensor,
    bits: Tensor,
    residual: bool,
    need_x: bool,
    need_w: bool,
    need_b: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    k, _, i, o = packed.shape
    gx = _empty(x, i) if need_x else x.new_empty(0)
    gw = x.new_empty((o, i, k, k) if need_w else 0)
    return gx, gw, x.new_empty(o if need_b else 0)


def _let_through(g: Tensor, bits: Tensor) -> Tensor:
    from resweep.nets.kernels.triton_kernels import let_through

    n, o, h, w = g.shape
    masked = _empty(g, o)
    with torch.cuda.device_of(g):
        let_through[(-(-n * h * w // 128),)](
            g, bits, masked, n * h * w, OUT=o, OUT2=_padded(o), BLOCK=128
        )
    return masked


def _correlate(x: Tensor, g: Tensor, packed: Tensor) -> Tensor:
    """The gradient of the weights (O, I, K, K), a sum of parts over spans of pixels."""
    from resweep.nets.kernels.triton_kernels import correlate

    n, _, h, w = x.shape
    k, _, i, o = packed.shape
    block, pixels = _block(x), n * h * w
    span = block * max(1, -(-pixels // (block * SPLITS)))
    parts = torch.empty((-(-pixels // span), k, k, i, o), dtype=torch.float32, device=x.device)
    sizes = _sizes(x.dtype, i, o, k, (k - 1) // 2)
    if parts.numel():
        with torch.cuda.device_of(x):
            correlate[(k * -(-k // sizes["TAPS"]), len(parts))](
                x, g, parts, pixels, h, w, **sizes, SPAN=span, BLOCK=block
            )
    return parts.sum(0).permute(3, 2, 0, 1).to(x.dtype).contiguous()


def _save(ctx, inputs, output) -> None:  # type: ignore[no-untyped-def]
    x, _, _, _, ctx.residual = inputs
    _, bits, packed = output
    ctx.set_materialize_grads(False)  # otherwise torch makes zeros for the outputs without gradient
    ctx.save_for_backward(x, packed, bits)


def _differentiate(ctx, g, *_):  # type: ignore[no-untyped-def]
    if g is None:
        return (None,) * 5
    x, packed, bits = ctx.saved_tensors
    need_x, need_w, need_b = ctx.needs_input_grad[:3]
    gx, gw, gb = _backward(g, x, packed, bits, ctx.residual, need_x, need_w, need_b)
    return gx if need_x else None, gw if need_w else None, gb if need_b else None, None, None


_forward.register_autograd(_differentiate, setup_context=_save)
