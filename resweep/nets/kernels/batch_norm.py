"""Batch normalization with what follows it, y = [z +] f(gamma (u - mean) / sqrt(var + eps) + beta), in one native pass.

Ioffe and Szegedy (2015, arXiv 1502.03167). Stock torch makes a tensor each for the normalized values, the activation
and the sum, and the step waits for memory; here u is read, y is written, and backward finds the mask again from u.
Mean and variance are summed in float64 over short strips of float32.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .buffers import empty_images
from .library import Library, load, missing

_CL = torch.channels_last


def reference(norm: nn.BatchNorm2d, u: Tensor, relu: bool, onto: Tensor | None) -> Tensor:
    """The same on stock torch operations, in any precision and on any device."""
    y = norm(u)
    y = F.relu(y) if relu else y
    return y if onto is None else onto + y


def unsupported(norm: nn.BatchNorm2d, u: Tensor) -> str | None:
    """Why these tensors cannot take the native pass, or None when they can."""
    if reason := missing():
        return reason
    if (
        u.device.type != "cpu"
        or u.dtype != torch.float32
        or norm.weight is None
        or norm.weight.dtype != torch.float32
    ):
        return "it takes float32 on the CPU, and norms that have gamma and beta"
    if u.dim() != 4 or u.numel() <= u.shape[1]:
        return "it takes images (N, C, H, W) of more than one pixel in all"
    return None


def native(norm: nn.BatchNorm2d, u: Tensor, relu: bool, onto: Tensor | None) -> Tensor:
    """In training mode with the batch's statistics, which move the running ones as `nn.BatchNorm2d` does."""
    batch = norm.training or norm.running_mean is None
    mean, variance = (None, None) if batch else (norm.running_mean, norm.running_var)
    u, onto = (
        u.contiguous(memory_format=_CL),
        None if onto is None else onto.contiguous(memory_format=_CL),
    )
    y, mean, variance = _forward(u, onto, norm.weight, norm.bias, mean, variance, norm.eps, relu)
    if norm.training and norm.track_running_stats:
        _track(norm, mean, variance, u.numel() // u.shape[1])
    return y


@torch.no_grad()
def _track(norm: nn.BatchNorm2d, mean: Tensor, variance: Tensor, pixels: int) -> None:
    count, running = norm.get_buffer("num_batches_tracked").add_(1), norm.get_buffer("running_mean")
    rate = 1 / count.item() if norm.momentum is None else norm.momentum
    running.lerp_(mean, rate)
    norm.get_buffer("running_var").lerp_(variance * (pixels / (pixels - 1)), rate)


def _library() -> Library:
    library = load()
    if isinstance(library, str):
        raise RuntimeError(f"no native batch normalization: {library}")
    return library


def _pointer(t: Tensor | None) -> int | None:
    return None if t is None else t.data_ptr()


def _sizes(u: Tensor, eps: float, relu: bool, batch: bool) -> tuple[object, ...]:
    return u.numel() // u.shape[1], u.shape[1], eps, relu, batch, torch.get_num_threads()


def _check(status: int) -> None:
    if status:
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
    u, onto = (
        u.contiguous(memory_format=_CL),
        None if onto is None else onto.contiguous(memory_format=_CL),
    )
    gamma, beta = gamma.contiguous(), beta.contiguous()
    used = [gamma.new_empty(gamma.shape) if t is None else t.clone() for t in (mean, variance)]
    n, c, h, w = u.shape
    y = empty_images((n, c, h, w))
    pointers = (_pointer(t) for t in (u, onto, gamma, beta, *used, y))
    _check(_library().norm_forward(*pointers, *_sizes(u, eps, relu, batch)))
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
        torch.empty_like(u, memory_format=_CL),
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
    g, u = (t.contiguous(memory_format=_CL) for t in (g, u))
    gamma, beta = gamma.contiguous(), beta.contiguous()
    n, c, h, w = u.shape
    gradients = empty_images((n, c, h, w)), gamma.new_empty(gamma.shape), beta.new_empty(beta.shape)
    pointers = (_pointer(t) for t in (g, u, gamma, beta, mean, variance, *gradients))
    _check(_library().norm_backward(*pointers, *_sizes(u, eps, relu, batch)))
    return gradients


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
        torch.empty_like(u, memory_format=_CL),
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
