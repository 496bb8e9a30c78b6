"""Residual blocks with batch normalization, all of them as one torch operation.

    after    z + f(BN(conv ... f(BN(conv z))))        before    z + conv(f(BN ... conv(f(BN z))))

No pass over memory is made for normalization, activation, mask or sum. A convolution takes the
statistics of its output while it writes it. The next one normalizes, activates and adds while it
reads, and on the way back the sums of a normalization's gradient are taken while the gradient is
written. The mask of the ReLU is worked out again from what was normalized.

Kept for the backward pass are, of every convolution, what its normalization reads; of the form
`after` also every second state, and the others are made again while they are read. In evaluation
mode the normalization of the form `after` is folded into weights and biases.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from . import batch_norm, chain, norm_after, norm_before, norm_bias
from .links import Links


def unsupported(x: Tensor, norms: Sequence[nn.BatchNorm2d]) -> str | None:
    """Why these normalizations cannot be part of a chain of convolutions, or None where they can.

    They must be in one mode, with gamma, beta and one eps; in evaluation mode nothing may be
    differentiated.
    """
    first = norms[0]
    if any(type(n) is not nn.BatchNorm2d or n._forward_hooks for n in norms):
        return "a normalization is not plain batch normalization"
    if any((n.training, n.eps) != (first.training, first.eps) for n in norms):
        return "the normalizations differ in mode or eps"
    if not first.training and (torch.is_grad_enabled() or first.running_mean is None):
        return "in evaluation mode it needs running statistics and computes no gradients"
    reasons = (batch_norm.unsupported(n, x) for n in norms)
    return next(filter(None, reasons), None)


def convolutions(
    x: Tensor,
    weights: Sequence[Tensor],
    norms: Sequence[nn.BatchNorm2d],
    relu: bool,
    depth: int,
    before: bool,
    direct: bool,
    biases: Sequence[Tensor] = (),
) -> Tensor:
    """The last state z_L (N, C, H, W) from z_0 = `x`; `unsupported` must have returned None.

    A block has `depth` convolutions, each with one of the `norms`, `before` or after it, and of the
    `biases` (C,), if there are any; `direct` selects the path of that name. In training mode the
    running statistics are updated as `nn.BatchNorm2d` does.
    """
    affine = [n.weight for n in norms] + [n.bias for n in norms]
    shifts = norm_bias.offsets(biases, depth, before)
    if norms[0].training:
        settings = relu, depth, before, direct, norms[0].eps, torch.is_grad_enabled(), False
        z: Tensor
        z, means, variances = _NormChain.apply(x, *settings, *weights, *affine)
        if shifts:
            means = means + torch.stack(shifts)
        _track(norms, means, variances, x.numel() // x.shape[1])
        return norm_bias.added(z, biases, depth, before)
    means, variances = (
        torch.stack([n.get_buffer(name) for n in norms]) for name in ("running_mean", "running_var")
    )
    if shifts:
        means = means - torch.stack(shifts)
    if not before and depth == 1:
        folded = _folded(weights, norms, means, variances)
        return chain.convolutions(x, *folded, relu, True, direct)
    x = x.contiguous(memory_format=torch.channels_last)
    links = Links(x, (*weights, *affine), relu, norms[0].eps, direct, (means, variances))
    form = norm_before if before else norm_after
    return norm_bias.added(form.forward(links, x, depth, False)[0], biases, depth, before)


def activated(
    x: Tensor, weights: Sequence[Tensor], relu: bool, depth: int, before: bool, direct: bool
) -> Tensor:
    """The last state of blocks that do not normalize, with f `before` or after convolutions.

    To the native code this is a normalization with the constants mean 0, variance 1, gamma 1 and
    beta 0, which changes no bit of a value.
    """
    zeros, ones = x.new_zeros(x.shape[1]), x.new_ones(x.shape[1])
    affine = [ones] * len(weights) + [zeros] * len(weights)
    settings = relu, depth, before, direct, 0.0, torch.is_grad_enabled(), True
    z: Tensor = _NormChain.apply(x, *settings, *weights, *affine)[0]
    return z


def _folded(
    weights: Sequence[Tensor], norms: Sequence[nn.BatchNorm2d], means: Tensor, variances: Tensor
) -> tuple[list[Tensor], list[Tensor]]:
    """Weights and biases of convolutions that normalize with these statistics, each (K, C)."""
    folded, biases = [], []
    for weight, norm, mean, variance in zip(weights, norms, means, variances, strict=True):
        factor = norm.weight.double() / (variance.double() + norm.eps).sqrt()
        folded.append((weight * factor.view(-1, 1, 1, 1)).to(weight.dtype))
        biases.append((norm.bias - factor * mean).to(weight.dtype))
    return folded, biases


def _track(norms: Sequence[nn.BatchNorm2d], means: Tensor, variances: Tensor, pixels: int) -> None:
    for norm, mean, variance in zip(norms, means, variances, strict=True):
        if norm.track_running_stats:
            batch_norm.track(norm, mean, variance, pixels)


class _NormChain(torch.autograd.Function):
    """Returns the last state and the statistics of every batch normalization, each (K, C)."""

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        relu: bool,
        depth: int,
        before: bool,
        direct: bool,
        eps: float,
        recording: bool,
        fixed: bool,
        *parameters: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor]:
        keep = recording and any(ctx.needs_input_grad)
        ctx.form = norm_before if before else norm_after
        ctx.depth, ctx.relu, ctx.eps, ctx.direct, ctx.fixed = depth, relu, eps, direct, fixed
        x = x.contiguous(memory_format=torch.channels_last)
        constants = None
        if fixed:
            size = len(parameters) // 3, x.shape[1]
            constants = x.new_zeros(size), x.new_ones(size)
        links = Links(x, parameters, relu, eps, direct, constants, fixed)
        z, ctx.kept = ctx.form.forward(links, x, depth, keep)
        ctx.save_for_backward(*parameters)
        ctx.statistics = [t.detach() for t in links.statistics]
        ctx.mark_non_differentiable(*links.statistics)
        ctx.set_materialize_grads(False)
        return z, *links.statistics

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, gradient: Tensor | None, *_: None) -> tuple[Tensor | None, ...]:
        needs = ctx.needs_input_grad
        if gradient is None:
            return (None,) * len(needs)
        g = gradient.contiguous(memory_format=torch.channels_last)
        settings = ctx.relu, ctx.eps, ctx.direct, ctx.statistics, ctx.fixed
        links = Links(g, ctx.saved_tensors, *settings)
        to = ctx.form.backward(links, g, ctx.kept, ctx.depth, needs[0], needs[8:])
        return to if needs[0] else None, *(None,) * 7, *links.gradients()
