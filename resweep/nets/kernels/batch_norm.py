"""Batch normalization with activation and sum, in one native pass over memory.

    y = [z +] f(gamma (u - mean) / sqrt(var + eps) + beta)      (Ioffe & Szegedy 2015, 1502.03167)

Stock torch makes one tensor each for the normalized values, the activation and the sum, and a
training step spends its time waiting for memory. Here u is read and y is written, and the backward
pass works the ReLU's mask out again from u. Mean and variance are summed in float64 over short
strips of float32.
"""

from typing import overload

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .buffers import empty_images
from .layouts import Normal, Slopes, backward_source, source
from .library import load, missing


@overload
def _channels_last(t: Tensor) -> Tensor: ...
@overload
def _channels_last(t: None) -> None: ...
def _channels_last(t: Tensor | None) -> Tensor | None:
    return None if t is None else t.contiguous(memory_format=torch.channels_last)


def reference(norm: nn.BatchNorm2d, u: Tensor, relu: bool, onto: Tensor | None) -> Tensor:
    """[onto +] f(norm(u)) on stock torch operations, in any precision and on any device."""
    y: Tensor = norm(u)
    if relu:
        y = F.relu(y)
    return y if onto is None else onto + y


def unsupported(norm: nn.BatchNorm2d, u: Tensor) -> str | None:
    """Why the native pass cannot compute with these tensors, or None where it can."""
    if reason := missing("norm_write"):
        return reason
    affine = norm.weight is not None and norm.weight.dtype == torch.float32
    if u.device.type != "cpu" or u.dtype != torch.float32 or not affine:
        return "it takes float32 on the CPU, and norms that have gamma and beta"
    if u.dim() != 4 or u.numel() <= u.shape[1]:
        return "it takes images (N, C, H, W) of more than one pixel in all"
    return None


def native(norm: nn.BatchNorm2d, u: Tensor, relu: bool, onto: Tensor | None) -> Tensor:
    """[onto +] f(norm(u)) in one native pass; `unsupported` must have returned None.

    In training mode it uses the batch's statistics and updates the running ones as
    `nn.BatchNorm2d` does.
    """
    batch = norm.training or norm.running_mean is None
    mean, variance = (None, None) if batch else (norm.running_mean, norm.running_var)
    u, onto = _channels_last(u), _channels_last(onto)
    arguments = norm.weight, norm.bias, mean, variance, norm.eps, relu
    outputs: tuple[Tensor, Tensor, Tensor] = _forward(u, onto, *arguments)
    y, mean, variance = outputs
    if norm.training and norm.track_running_stats:
        track(norm, mean, variance, u.numel() // u.shape[1])
    return y


@torch.no_grad()
def track(norm: nn.BatchNorm2d, mean: Tensor, variance: Tensor, pixels: int) -> None:
    """Update the running statistics as `nn.BatchNorm2d` does, for a batch of so many pixels."""
    count, running = norm.get_buffer("num_batches_tracked").add_(1), norm.get_buffer("running_mean")
    rate = 1 / count.item() if norm.momentum is None else norm.momentum
    running.lerp_(mean, rate)
    norm.get_buffer("running_var").lerp_(variance * (pixels / (pixels - 1)), rate)


def call(name: str, u: Tensor, *arguments: object) -> None:
    """The native function `name` for tensors of the size of `u`; raises MemoryError if it fails."""
    library = load()
    if isinstance(library, str):
        raise RuntimeError(f"no native batch normalization: {library}")
    sizes = u.numel() // u.shape[1], u.shape[1], torch.get_num_threads()
    if getattr(library, name)(*arguments, *sizes):
        raise MemoryError("batch normalization found no memory for its sums")


@torch.library.custom_op("resweep::batch_norm", mutates_args=(), device_types="cpu")
def _forward(
    u: Tensor,
    onto: Tensor | None,
    gamma: Tensor,
    beta: Tensor,
    mean: Tensor | None,
    variance: Tensor | None,
    eps: float,
    relu: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    batch = mean is None or variance is None
    u, onto = _channels_last(u), _channels_last(onto)
    gamma, beta = gamma.contiguous(), beta.contiguous()
    used = [gamma.new_empty(gamma.shape) if t is None else t.clone() for t in (mean, variance)]
    n, c, h, w = u.shape
    y = empty_images((n, c, h, w))
    if batch:
        call("norm_statistics", u, u.data_ptr(), *(t.data_ptr() for t in used))
    norm = Normal(gamma, beta, used[0], used[1], eps, relu)
    call("norm_write", u, source(u, norm, skip=onto, to=y))
    return y, used[0], used[1]


@_forward.register_fake
def _(
    u: Tensor,
    onto: Tensor | None,
    gamma: Tensor,
    beta: Tensor,
    mean: Tensor | None,
    variance: Tensor | None,
    eps: float,
    relu: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    return (
        torch.empty_like(u, memory_format=torch.channels_last),
        gamma.new_empty(gamma.shape),
        gamma.new_empty(gamma.shape),
    )


@torch.library.custom_op("resweep::batch_norm_backward", mutates_args=(), device_types="cpu")
def _backward(
    g: Tensor,
    u: Tensor,
    gamma: Tensor,
    beta: Tensor,
    mean: Tensor,
    variance: Tensor,
    eps: float,
    relu: bool,
    batch: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    g, u = _channels_last(g), _channels_last(u)
    gamma, beta = gamma.contiguous(), beta.contiguous()
    n, c, h, w = u.shape
    to, slopes = empty_images((n, c, h, w)), Slopes.like(gamma)
    norm = Normal(gamma, beta, mean, variance, eps, relu)
    call("norm_gradients", u, g.data_ptr(), u.data_ptr(), norm.native(), slopes.native())
    call("norm_write", u, backward_source(g, u, norm, slopes if batch else None, to=to))
    return to, slopes.gamma, slopes.beta


@_backward.register_fake
def _(
    g: Tensor,
    u: Tensor,
    gamma: Tensor,
    beta: Tensor,
    mean: Tensor,
    variance: Tensor,
    eps: float,
    relu: bool,
    batch: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    return (
        torch.empty_like(u, memory_format=torch.channels_last),
        gamma.new_empty(gamma.shape),
        beta.new_empty(beta.shape),
    )


def _save(ctx, inputs, output) -> None:  # type: ignore[no-untyped-def]
    u, _, gamma, beta, mean, _, ctx.eps, ctx.relu = inputs
    ctx.batch = mean is None
    ctx.save_for_backward(u, gamma, beta, *output[1:])
    ctx.mark_non_differentiable(*output[1:])
    ctx.set_materialize_grads(False)


def _differentiate(ctx, g, *_):  # type: ignore[no-untyped-def]
    if g is None:
        return (None,) * 8
    gradients = _backward(g, *ctx.saved_tensors, ctx.eps, ctx.relu, ctx.batch)
    needs = ctx.needs_input_grad
    u, gamma, beta = (
        t if needed else None for t, needed in zip(gradients, (needs[0], *needs[2:4]), strict=True)
    )
    return u, g if needs[1] else None, gamma, beta, None, None, None, None


_forward.register_autograd(_differentiate, setup_context=_save)
