"""The residual convolution through the frequency domain: native code for float32 on the CPU.

    y = [x +] f(u),   u = F^-1[ sum_i W_oi X_i ] + b,   X = F[x],   W = F[w]

The transform of 32 x 32 pixels is 36 x 36. For an 8 x 8 kernel this takes about 1.9 real
multiplications for each pixel and pair of channels, where the direct sum takes 64. The forward pass
saves x and one bit a value, set where u > 0.

A non-finite value anywhere in an image makes its outputs non-finite all over the image, and sums
over an image overflow at values some 1000 times smaller than in the direct sum.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from .buffers import empty_images
from .gradients import weights_wanted
from .layouts import pointer
from .library import Library, Strides, load, missing

LARGEST_IMAGE = 32
LARGEST_KERNEL = 9


def unsupported(x: Tensor, weight: Tensor) -> str | None:
    """Why this path cannot compute with these tensors, or None where it can."""
    if reason := missing() or not_native(x, weight):
        return reason
    if max(x.shape[-2:]) > LARGEST_IMAGE or weight.shape[-1] > LARGEST_KERNEL:
        return (
            f"it holds images up to {LARGEST_IMAGE} pixels and kernels up to {LARGEST_KERNEL}, "
            f"not {tuple(x.shape[-2:])} with {weight.shape[-1]}"
        )
    return None


def not_native(x: Tensor, weight: Tensor) -> str | None:
    """Why native code cannot read these tensors, or None where it can."""
    if x.device.type != "cpu" or weight.device.type != "cpu":
        return f"it runs on the CPU, not on {x.device.type}"
    if x.dtype != torch.float32 or weight.dtype != torch.float32:
        return f"it computes in float32, not in {x.dtype} with weights in {weight.dtype}"
    return None


def transform_area(size: int) -> int:
    """The number of points of the transform that holds images of `size` pixels along a side."""
    return 20**2 if size <= 16 else 36**2


def convolution(
    x: Tensor, weight: Tensor, bias: Tensor | None, relu: bool, residual: bool
) -> Tensor:
    """`resweep.nets.kernels.convolution` on this path; the shapes have been checked."""
    return native(x, weight, bias, relu, residual, direct=False)


def native(
    x: Tensor, weight: Tensor, bias: Tensor | None, relu: bool, residual: bool, direct: bool
) -> Tensor:
    """The same through frequencies or, with `direct`, as the sum that defines it."""
    differentiable = any(t is not None and t.requires_grad for t in (x, weight, bias))
    keep_mask = relu and differentiable and torch.is_grad_enabled()
    x = x.contiguous(memory_format=torch.channels_last)
    y: Tensor = _forward(x, weight, bias, relu, residual, keep_mask, direct)[0]
    return y


def _library() -> Library:
    library = load()
    if isinstance(library, str):
        raise RuntimeError(f"no spectral convolution: {library}")
    return library


def _sizes(library: Library, x: Tensor, weight: Tensor, direct: bool) -> tuple[Any, ...]:
    images, inputs, height, width = x.shape
    outputs, _, k, _ = weight.shape
    strides = Strides(*weight.stride())
    lanes = library.lanes_for(max(inputs, outputs), direct)
    return images, height, width, inputs, outputs, k, lanes, torch.get_num_threads(), strides


def dense(weight: Tensor) -> Tensor:
    """`weight` itself if it is contiguous or channels_last, else a contiguous copy."""
    if weight.is_contiguous(memory_format=torch.channels_last):
        return weight
    return weight.contiguous()


def shape(x: Tensor) -> tuple[int, int, int, int]:
    """The shape of images (N, C, H, W)."""
    n, c, h, w = x.shape
    return n, c, h, w


def caller(name: str, x: Tensor, weight: Tensor, direct: bool) -> Callable[..., None]:
    """The native function `name` ("forward", "linked_backward", ...) for tensors of these sizes.

    With `direct` it is the one that computes without transforms. It is called with pointers and
    raises MemoryError or ValueError if it fails. An image is read whole before its place is
    written, so that results may overwrite x or the gradient.
    """
    library = _library()
    native = getattr(library, f"direct_{name}" if direct else name)
    sizes = _sizes(library, x, weight, direct)
    return lambda *arguments: _check(native(*arguments, *sizes))


def _check(status: int) -> None:
    if status == 1:
        raise MemoryError("the spectral convolution found no memory for its transforms")
    if status:
        raise ValueError("the spectral convolution has no transform of this size")


def empty_mask(x: Tensor, weight: Tensor, kept: bool) -> Tensor:
    """Memory for one bit a value of u, channels in words of 16 bits; empty unless `kept`."""
    n, _, h, w = x.shape
    words = (weight.shape[0] + 15) // 16
    size = (n, h, w, 2 * words) if kept else (0,)
    return torch.empty(size, dtype=torch.uint8, device=x.device)


@torch.library.custom_op("resweep::spectral_convolution", mutates_args=(), device_types="cpu")
def _forward(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    relu: bool,
    residual: bool,
    keep_mask: bool,
    direct: bool = False,
) -> tuple[Tensor, Tensor]:
    x, weight = x.contiguous(memory_format=torch.channels_last), dense(weight)
    bias = None if bias is None else bias.contiguous()
    n, _, h, w = x.shape
    y, mask = empty_images((n, weight.shape[0], h, w)), empty_mask(x, weight, keep_mask)
    mask_pointer = mask.data_ptr() if keep_mask else None
    pointers = x.data_ptr(), weight.data_ptr(), pointer(bias), y.data_ptr(), mask_pointer
    caller("forward", x, weight, direct)(*pointers, relu, residual)
    return y, mask


@_forward.register_fake
def _(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    relu: bool,
    residual: bool,
    keep_mask: bool,
    direct: bool = False,
) -> tuple[Tensor, Tensor]:
    n, _, h, w = x.shape
    y = x.new_empty((n, h, w, weight.shape[0])).permute(0, 3, 1, 2)
    return y, empty_mask(x, weight, keep_mask)


@torch.library.custom_op(
    "resweep::spectral_convolution_backward", mutates_args=(), device_types="cpu"
)
def _backward(
    g: Tensor,
    x: Tensor,
    weight: Tensor,
    mask: Tensor,
    relu: bool,
    residual: bool,
    need_x: bool,
    need_w: bool,
    need_b: bool,
    direct: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    g, x = (t.contiguous(memory_format=torch.channels_last) for t in (g, x))
    weight = dense(weight)
    gradients = _empty_gradients(x, weight, need_x, need_w, need_b)
    if need_x:
        gradients = (empty_images(shape(x)), *gradients[1:])
    needs = (need_x, need_w, need_b)
    into = (t.data_ptr() if need else None for t, need in zip(gradients, needs, strict=True))
    mask_pointer = mask.data_ptr() if relu else None
    pointers = g.data_ptr(), x.data_ptr(), weight.data_ptr(), mask_pointer, *into
    caller("backward", x, weight, direct)(*pointers, residual)
    return gradients


def _empty_gradients(
    x: Tensor, weight: Tensor, need_x: bool, need_w: bool, need_b: bool
) -> tuple[Tensor, Tensor, Tensor]:
    nothing = x.new_empty
    return (
        torch.empty_like(x, memory_format=torch.channels_last) if need_x else nothing(0),
        torch.empty_like(dense(weight)) if need_w else nothing(0),
        x.new_empty(weight.shape[0]) if need_b else nothing(0),
    )


@_backward.register_fake
def _(
    g: Tensor,
    x: Tensor,
    weight: Tensor,
    mask: Tensor,
    relu: bool,
    residual: bool,
    need_x: bool,
    need_w: bool,
    need_b: bool,
    direct: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    return _empty_gradients(x, weight, need_x, need_w, need_b)


def _save(ctx, inputs, output) -> None:  # type: ignore[no-untyped-def]
    x, weight, bias, ctx.relu, ctx.residual, _, ctx.direct = inputs
    ctx.needs_bias = bias is not None
    ctx.save_for_backward(x, weight, output[1])
    ctx.set_materialize_grads(False)  # otherwise torch makes zeros for the mask's gradient


def _differentiate(ctx, g, _):  # type: ignore[no-untyped-def]
    if g is None:
        return (None,) * 7
    x, weight, mask = ctx.saved_tensors
    need_x, need_w, need_b = ctx.needs_input_grad[:3]
    needs = need_x, need_w and weights_wanted(), need_b and weights_wanted()
    gradients = _backward(g, x, weight, mask, ctx.relu, ctx.residual, *needs, ctx.direct)
    wanted = (t if needed else None for t, needed in zip(gradients, needs, strict=True))
    return *wanted, None, None, None, None


_forward.register_autograd(_differentiate, setup_context=_save)
