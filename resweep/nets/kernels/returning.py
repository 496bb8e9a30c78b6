"""Gradients that come back in the memory format of what they belong to.

The gradient of a mean over pixels has no format of its own. Stock torch then makes those of all
states in NCHW memory beside activations in NHWC, and every pass over both takes longer.
"""

from typing import Any

import torch
from torch import Tensor, nn

PLAIN = (Tensor, nn.Parameter)


def in_its_format(z: Tensor) -> Tensor:
    """z (N, C, H, W) itself, whose gradient comes back in the memory format of z."""
    if not z.requires_grad or not _is_autograds_alone(z):
        return z
    same: Tensor = _InItsFormat.apply(z)
    return same


def _is_autograds_alone(z: Tensor) -> bool:
    """Whether no subclass, transformation, recording mode or compiler sees the operation."""
    return (
        type(z) in PLAIN
        and not torch.compiler.is_compiling()
        and not torch._C._are_functorch_transforms_active()
        and not torch._C._len_torch_dispatch_stack()
    )


class _InItsFormat(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, z: Tensor) -> Tensor:
        first = z.is_contiguous()
        ctx.form = torch.contiguous_format if first else torch.channels_last
        return z.view_as(z)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        return gradient.contiguous(memory_format=ctx.form)
