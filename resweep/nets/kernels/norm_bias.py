"""Biases of convolutions beside batch normalization: what they add to what is normalized.

A constant added to a channel leaves (u - mean) / sqrt(var + eps) as it is, so that blocks can be
computed without biases. In training mode they move running means, and their gradients are 0, where
stock torch has rounding. Only the biases that end blocks of the form z + conv(f(BN z)) reach the
last state, where each of them adds itself.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor


def offsets(biases: Sequence[Tensor], depth: int, before: bool) -> list[Tensor]:
    """What the biases (C,) add to the input of each normalization, with `depth` of them a block.

    `before` says that normalization k stands before convolution k, and not behind it.
    """
    own = [b.detach() for b in biases]
    if not (before and own):
        return own
    found, total = [], torch.zeros_like(own[0])
    for k in range(len(own)):
        if k and k % depth == 0:
            total = total + own[k - 1]  # of the state; inside a block the one before counts alone
        found.append(own[k - 1] if k % depth else total)
    return found


def added(z: Tensor, biases: Sequence[Tensor], depth: int, before: bool) -> Tensor:
    """The last state `z` of blocks without biases, as it is with them."""
    if not biases:
        return z
    if before:
        ending = torch.stack(list(biases[depth - 1 :: depth])).sum(0)
        z = z + ending.view(-1, 1, 1)
        biases = [b for k, b in enumerate(biases) if k % depth != depth - 1]
    without: Tensor = _WithoutEffect.apply(z, *biases)
    return without


class _WithoutEffect(torch.autograd.Function):
    """z itself, and zeros as the gradients of what has no effect on it."""

    @staticmethod
    def forward(ctx: Any, z: Tensor, *parameters: Tensor) -> Tensor:
        ctx.save_for_backward(*parameters)
        return z.view_as(z)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, ...]:
        return gradient, *map(torch.zeros_like, ctx.saved_tensors)
