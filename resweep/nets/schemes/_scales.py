"""One scale a tensor, fitted to data: what GradInit and MetaInit share. Needs torch: load it in a function."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager

import torch
from torch import Tensor

from resweep.nets import kernels
from resweep.nets.loss import cross_entropy
from resweep.nets.network import ResNet

Tensors = dict[str, Tensor]


def double_parameters(net: ResNet) -> Tensors:
    """The net's parameters in float64, apart from it: what a network of He's depth does not overflow in."""
    return {name: p.detach().double() for name, p in net.named_parameters()}


def loss(net: ResNet, parameters: Mapping[str, Tensor], images: Tensor, labels: Tensor) -> Tensor:
    """Mean cross-entropy in float64 with `parameters` in the place of the net's own."""
    buffers = {
        name: b.double() if b.is_floating_point() else b.clone() for name, b in net.named_buffers()
    }
    logits = torch.func.functional_call(net, {**parameters, **buffers}, (images.double(),))
    return cross_entropy(logits, labels)


def gradients(value: Tensor, parameters: Tensors, *, create_graph: bool = False) -> Tensors:
    """d value / d parameter of each; 0 where it has none."""
    found = torch.autograd.grad(
        value,
        list(parameters.values()),
        create_graph=create_graph,
        allow_unused=True,
        materialize_grads=True,
    )
    return dict(zip(parameters, found, strict=True))


def differentiable() -> AbstractContextManager[None]:
    """The convolution that can be differentiated twice and more."""
    return kernels.force("reference")


@torch.no_grad()
def rescale(net: ResNet, factors: Mapping[str, float]) -> None:
    """Multiply each named parameter by its factor, where it is."""
    for name, parameter in net.named_parameters():
        if name in factors:
            parameter.mul_(factors[name])
