"""Equal convolutions one after the other,  z_l = [z_{l-1} +] f(w_l * z_{l-1}),  as one step of the spectral path.

The arithmetic is that of `spectral`, call by call and bit by bit. What is saved is the way through Python and torch's
dispatcher twice a block: 0.2 ms each, and 0.8 ms in a training step, whose activations have swept the interpreter out
of the caches; a block itself takes 3 and 5 ms. Gradients of the states need one buffer in place of one a block.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from . import spectral
from .buffers import empty_images


def unsupported(x: Tensor, weights: Sequence[Tensor]) -> str | None:
    """Why these cannot be one step, or None where they can: equal weights C -> C, and a graph that torch records."""
    if torch.compiler.is_compiling():
        return "torch.compile takes the blocks one by one"
    first = weights[0]
    if any(w.shape != first.shape or w.stride() != first.stride() for w in weights):
        return "the weights differ in shape or memory format"
    if first.shape[0] != first.shape[1]:
        return f"it needs as many outputs as inputs, not {first.shape[0]} and {first.shape[1]}"
    return spectral.unsupported(x, first)


def convolutions(x: Tensor, weights: Sequence[Tensor], relu: bool, residual: bool) -> Tensor:
    """z_L (N, C, H, W) of z_0 = x; `unsupported` must have said None."""
    z: Tensor = _Chain.apply(x, relu, residual, torch.is_grad_enabled(), *weights)
    return z


class _Chain(torch.autograd.Function):
    """Keeps every state, and a bit a value where f is the ReLU, for the way back."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, relu: bool, residual: bool, recording: bool, *weights: Tensor
    ) -> Tensor:
        z = x.contiguous(memory_format=torch.channels_last)
        dense = [spectral.dense(w) for w in weights]
        differentiable = recording and any(ctx.needs_input_grad)
        ctx.inputs, ctx.masks = (
            [],
            [],
        )  # of every block; the last state is an output and may not be kept here
        ctx.relu, ctx.residual = relu, residual
        ctx.save_for_backward(*weights)
        carry = spectral.caller("forward", z, dense[0])
        y = None
        for w in dense:
            if (
                differentiable or y is None
            ):  # else y takes the place of its own input, which nothing needs again
                y = empty_images(spectral.shape(z))
            mask = spectral.empty_mask(z, w, relu and differentiable)
            pointer = mask.data_ptr() if len(mask) else None
            carry(z.data_ptr(), w.data_ptr(), None, y.data_ptr(), pointer, relu, residual)
            if differentiable:
                ctx.inputs.append(z)
                ctx.masks.append(mask)
            z = y
        return z

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        weights = ctx.saved_tensors
        g = gradient.contiguous(memory_format=torch.channels_last)
        dense = [spectral.dense(w) for w in weights]
        found: list[Tensor | None] = [None] * len(dense)
        need_x, needs = ctx.needs_input_grad[0], ctx.needs_input_grad[4:]
        lowest = 0 if need_x else needs.index(True)
        carry = spectral.caller("backward", g, dense[0])
        to = empty_images(spectral.shape(g))
        for i in reversed(range(lowest, len(dense))):
            found[i] = torch.empty_like(dense[i]) if needs[i] else None
            mask = ctx.masks[i].data_ptr() if ctx.relu else None
            into = to.data_ptr() if need_x or i > lowest else None
            pointers = (into, spectral.pointer(found[i]), None)
            carry(
                g.data_ptr(),
                ctx.inputs[i].data_ptr(),
                dense[i].data_ptr(),
                mask,
                *pointers,
                ctx.residual,
            )
            g = to  # from here on in place
        return g if need_x else None, None, None, None, *found
