"""Equal convolutions in sequence,  z_l = [z_{l-1} +] f(w_l * z_{l-1} + b_l),  as one operation.

Or z_l = f(z_{l-1} + w_l * z_{l-1} + b_l), with the activation behind the sum.
The arithmetic is that of `spectral`, call by call and bit by bit. What is saved is going through
Python and torch's dispatcher twice for each block. That takes 0.2 ms a time, or 0.8 ms in a
training step, whose activations have displaced the interpreter from the caches; a block itself
takes 3 ms forward and 5 ms backward. The gradients of all states share one buffer.
"""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import torch
from torch import Tensor

from . import spectral
from .buffers import empty_images
from .layouts import pointer


def unsupported(weights: Sequence[Tensor]) -> str | None:
    """Why these convolutions cannot be one operation, or None where they can.

    The weights must be C -> C and of one shape and memory format, and torch.compile must not be
    tracing.
    """
    if torch.compiler.is_compiling():
        return "torch.compile takes the blocks one by one"
    first = weights[0]
    if any(w.shape != first.shape or w.stride() != first.stride() for w in weights):
        return "the weights differ in shape or memory format"
    if first.shape[0] != first.shape[1]:
        return f"it needs as many outputs as inputs, not {first.shape[0]} and {first.shape[1]}"
    return None


def convolutions(
    x: Tensor,
    weights: Sequence[Tensor],
    biases: Sequence[Tensor],
    relu: bool,
    residual: bool,
    direct: bool,
    after_sum: bool = False,
) -> Tensor:
    """The last state z_L (N, C, H, W) from z_0 = `x`; `unsupported` must have returned None.

    There are as many `biases` (C,) as weights, or none. `direct` selects that path. With
    `after_sum`, which takes `relu` and `residual`, the ReLU stands behind the sum.
    """
    settings = relu, residual, after_sum, torch.is_grad_enabled(), direct, len(weights)
    z: Tensor = _Chain.apply(x, *settings, *weights, *biases)
    return z


class _Chain(torch.autograd.Function):
    """Saves every state for the backward pass, and one bit a value where f is the ReLU."""

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        relu: bool,
        residual: bool,
        after_sum: bool,
        recording: bool,
        direct: bool,
        blocks: int,
        *parameters: Tensor,
    ) -> Tensor:
        weights = parameters[:blocks]
        biases: list[Tensor | None] = [b.contiguous() for b in parameters[blocks:]]
        z = x.contiguous(memory_format=torch.channels_last)
        dense = [spectral.dense(w) for w in weights]
        differentiable = recording and any(ctx.needs_input_grad)
        # Of every block. The last state is an output, which autograd does not allow here.
        ctx.inputs, ctx.masks = [], []
        ctx.relu, ctx.residual, ctx.after_sum, ctx.direct = relu, residual, after_sum, direct
        ctx.save_for_backward(*weights)
        carry = spectral.caller("sum_forward" if after_sum else "forward", z, dense[0], direct)
        flags = () if after_sum else (relu, residual)
        y = None
        for w, bias in zip_longest(dense, biases):
            # Without gradients nothing needs a block's input again, and y may overwrite it.
            if differentiable or y is None:
                y = empty_images(spectral.shape(z))
            mask = spectral.empty_mask(z, w, relu and differentiable)
            pointers = z.data_ptr(), w.data_ptr(), pointer(bias), y.data_ptr()
            carry(*pointers, mask.data_ptr() if len(mask) else None, *flags)
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
        blocks, need_x, needs = len(dense), ctx.needs_input_grad[0], ctx.needs_input_grad[7:]
        gradients: list[Tensor | None] = [None] * len(needs)
        lowest = 0 if need_x else min(i % blocks for i, needed in enumerate(needs) if needed)
        name = "sum_backward" if ctx.after_sum else "backward"
        carry = spectral.caller(name, g, dense[0], ctx.direct)
        flags = () if ctx.after_sum else (ctx.residual,)
        to = empty_images(spectral.shape(g))
        for i in reversed(range(lowest, blocks)):
            if needs[i]:
                gradients[i] = torch.empty_like(dense[i])
            of_bias = None
            if any(needs[blocks + i : blocks + i + 1]):
                of_bias = gradients[blocks + i] = g.new_empty(dense[i].shape[0])
            mask = ctx.masks[i].data_ptr() if ctx.relu else None
            into = to.data_ptr() if need_x or i > lowest else None
            pointers = (into, pointer(gradients[i]), pointer(of_bias))
            carry(
                g.data_ptr(),
                ctx.inputs[i].data_ptr(),
                dense[i].data_ptr(),
                mask,
                *pointers,
                *flags,
            )
            g = to  # from here on in place
        return g if need_x else None, *(None,) * 6, *gradients
