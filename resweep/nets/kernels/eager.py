"""The native convolution for plain tensors, which need not go through torch's dispatcher.

A custom operator, which torch.compile and tensors without memory need, takes 0.2 ms a call: as
long as the arithmetic of a small network's block. The numbers are the same to the bit.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from .gradients import weights_wanted

Forward = Callable[..., tuple[Tensor, Tensor]]
"""(x, weight, bias, relu, residual, keep_mask, direct) -> y and the mask of the ReLU."""

Backward = Callable[..., tuple[Tensor, Tensor, Tensor]]
"""(g, x, weight, mask, relu, residual, need_x, need_w, need_b, direct) -> the gradients."""

PLAIN = (Tensor, nn.Parameter)


def possible(*tensors: Tensor | None) -> bool:
    """Whether nothing but autograd has to hear of an operation on these tensors.

    Subclasses, transformations (`torch.func`), modes that record or fake, and torch.compile take
    the operator.
    """
    return (
        not torch.compiler.is_compiling()
        and all(t is None or type(t) in PLAIN for t in tensors)
        and not torch._C._are_functorch_transforms_active()
        and not torch._C._len_torch_dispatch_stack()
    )


def convolution(
    forward: Forward,
    backward: Backward,
    tensors: tuple[Tensor, Tensor, Tensor | None],
    settings: tuple[bool, bool, bool, bool],
) -> Tensor:
    """y of x, weight and bias; the settings are `forward`'s four flags."""
    if not torch.is_grad_enabled() or not any(t is not None and t.requires_grad for t in tensors):
        return forward(*tensors, *settings)[0]
    y: Tensor = _Convolution.apply(forward, backward, *tensors, *settings)
    return y


class _Convolution(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        forward: Forward,
        backward: Backward,
        x: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        relu: bool,
        residual: bool,
        keep_mask: bool,
        direct: bool,
    ) -> Tensor:
        y, mask = forward(x, weight, bias, relu, residual, keep_mask, direct)
        ctx.save_for_backward(x, weight, mask)
        ctx.native, ctx.settings = backward, (relu, residual, direct)
        return y

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, g: Tensor) -> tuple[Tensor | None, ...]:
        need_x, need_w, need_b = ctx.needs_input_grad[2:5]
        needs = need_x, need_w and weights_wanted(), need_b and weights_wanted()
        relu, residual, direct = ctx.settings
        gradients = ctx.native(g, *ctx.saved_tensors, relu, residual, *needs, direct)
        wanted = (t if needed else None for t, needed in zip(gradients, needs, strict=True))
        return None, None, *wanted, None, None, None, None
