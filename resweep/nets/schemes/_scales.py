"""One scale for each tensor, fitted to data: what GradInit and MetaInit share.

This module needs torch: scheme files import it inside functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager

import torch
from torch import Tensor

from resweep.nets import kernels
from resweep.nets.loss import cross_entropy
from resweep.nets.network import ResNet
from resweep.nets.probes._numbers import widened

Tensors = dict[str, Tensor]


def double_parameters(net: ResNet) -> Tensors:
    """Return float64 copies of the net's parameters, in which deep He networks do not overflow.

    They are on the CPU where the net's device has no float64, and so is all that follows from them.
    """
    return {name: widened(p.detach()) for name, p in net.named_parameters()}


def loss(net: ResNet, parameters: Mapping[str, Tensor], images: Tensor, labels: Tensor) -> Tensor:
    """Return the mean cross-entropy in float64 with `parameters` in place of the net's own."""
    buffers = {}
    for name, buffer in net.named_buffers():
        buffers[name] = widened(buffer) if buffer.is_floating_point() else buffer.clone()
    wide = widened(images)
    logits = torch.func.functional_call(net, {**parameters, **buffers}, (wide,))
    return cross_entropy(logits, labels.to(wide.device))


def gradients(value: Tensor, parameters: Tensors, *, create_graph: bool = False) -> Tensors:
    """Return d value / d parameter by name, 0 for a parameter that `value` does not depend on."""
    slopes = torch.autograd.grad(
        value,
        list(parameters.values()),
        create_graph=create_graph,
        allow_unused=True,
        materialize_grads=True,
    )
    return dict(zip(parameters, slopes, strict=True))


def differentiable() -> AbstractContextManager[None]:
    """Select the convolution that can be differentiated twice and more."""
    return kernels.force("reference")


@torch.no_grad()
def rescale(net: ResNet, factors: Mapping[str, float]) -> None:
    """Multiply each named parameter by its factor, in place."""
    for name, parameter in net.named_parameters():
        if name in factors:
            parameter.mul_(factors[name])
