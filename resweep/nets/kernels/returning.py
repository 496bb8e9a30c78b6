"""Gradients that come back in the memory format of what they belong to.

The gradient of a mean over pixels has no format of its own. Stock torch then makes those of all
states in NCHW memory beside activations in NHWC, and every pass over both takes longer.
"""

from typing import Any

import torch
from torch import Tensor

from . import eager


def in_its_format(z: Tensor) -> Tensor:
    """z (N, C, H, W) itself, whose gradient comes back in the memory format of z."""
    if not z.requires_grad or not eager.possible(z):
        return z
    same: Tensor = _InItsFormat.apply(z)
    return same


class _InItsFormat(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, z: Tensor) -> Tensor:
        first = z.is_contiguous()
        ctx.form = torch.contiguous_format if first else torch.channels_last
        return z.view_as(z)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        return gradient.contiguous(memory_format=ctx.form)
