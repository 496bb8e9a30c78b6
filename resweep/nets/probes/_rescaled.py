"""Logarithms of moments and gradient norms where the network's own dtype runs out of range.

A second pass over a few images, in float32 (float64 for a float64 network), whose states are
brought back between blocks by powers of two whenever they leave 2^-40 .. 2^40. With the exponents
counted,

    log10 q_l = log10 E[(2^-s z_l)^2] + 2 s log10 2
    log10 g_l = log10 ||2^-(s+t) dE/dW_l|| + (s + t) log10 2

where 2^s is the unit of block l's input and 2^t that of the gradient behind it. This is exact where
a block is positively homogeneous, F(s z) = s F(z): every form without batch normalization with the
activations relu, leaky-relu and identity. The other forms become so where they are rescaled: beyond
2^30 gelu and silu are ReLU and a tanh or a normalized branch is rounding beside z, and below 2^-30
all activations are linear. A gradient is linear in the one behind it and may be rescaled anywhere;
that of the loss begins at the head, in float64, where logits beyond 2^900 count as that far apart.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call

from resweep.nets.loss import cross_entropy
from resweep.nets.network import ResNet
from resweep.nets.probes._numbers import log10, norm, second_moment, widened
from resweep.nets.probes._start import Start, quiet

MOMENT_IMAGES, GRADIENT_IMAGES = 2, 8
LIMIT, KEPT = 40, 30  # powers of two: where values are brought back, and to where
FURTHEST = 120  # subnormal numbers take several blocks to come back: 2^FURTHEST must be a float32
LOGITS = 900  # largest power of two that logits are told apart at

Series = tuple[float, ...]


class Scaled(NamedTuple):
    """2^power x value."""

    value: Tensor
    power: int = 0

    def brought_back(self) -> "Scaled":
        """Return the same number with its value inside 2^-40 .. 2^40 again."""
        exponent = math.frexp(self.value.abs().max().item())[1]
        if abs(exponent) <= LIMIT:
            return self
        by = max(exponent - int(math.copysign(KEPT, exponent)), -FURTHEST)
        return Scaled(self.value * 2.0**-by, self.power + by)

    def log10(self, size: Tensor, degree: int = 1) -> float:
        """Return log10 of a size: `size` is that of the value alone, of that degree in it."""
        return log10(size.item()) + degree * self.power * math.log10(2)


class Block(nn.Module):
    """One block as a module, so that its weights can be swapped for wider ones."""

    def __init__(self, net: ResNet, branch: nn.Module) -> None:
        super().__init__()
        self.form, self.branch = net.form, branch

    def forward(self, z: Tensor) -> Tensor:
        """Return the next state."""
        out: Tensor = self.form.forward(z, self.branch)
        return out

    def wide(self, dtype: torch.dtype) -> dict[str, Tensor]:
        """Return copies of its parameters and buffers in `dtype`."""
        own = self.state_dict(keep_vars=True)
        return {name: t.detach().to(dtype) for name, t in own.items() if t.is_floating_point()}


def log10_moments(start: Start, delta: Tensor) -> tuple[Series, Series]:
    """Return log10 E[z_l^2] and log10 E[d_l^2] / E[d_L^2], l = 0..L, with `delta` sent back.

    `delta` (N, C, H, W) is the gradient at the last state; the first images of the batch are used.
    """
    with quiet(start.net):
        states = upward(start, MOMENT_IMAGES)
        last = Scaled(delta[:MOMENT_IMAGES].to(states[0].value))
        deltas = [last, *(d for d, _ in downward(start, states, last))]
    forward = tuple(z.log10(second_moment(z.value), 2) for z in states)
    backward = [d.log10(second_moment(d.value), 2) for d in deltas]
    return forward, tuple(b - backward[0] for b in reversed(backward))


def log10_gradient_norms(start: Start) -> Series:
    """Return log10 ||dE/dW_l||_F, l = 1..L, of each block's last convolution.

    E is the mean cross-entropy of the first images.
    """
    with quiet(start.net):
        states = upward(start, GRADIENT_IMAGES)
        gradients = [g for _, g in downward(start, states, behind_the_head(start, states[-1]))]
    return tuple(g.log10(norm(g.value)) for g in reversed(gradients))


def upward(start: Start, images: int) -> list[Scaled]:
    """Return z_0 .. z_L of the first `images` images."""
    z = start.states[0][:images].detach()
    states = [Scaled(z.double() if z.dtype == torch.float64 else z.float()).brought_back()]
    for branch in start.built_in.branches:
        block, (z, power) = Block(start.built_in, branch), states[-1]
        with torch.no_grad():
            after = functional_call(block, block.wide(z.dtype), (z,))
        states.append(Scaled(after, power).brought_back())
    return states


def downward(start: Start, states: list[Scaled], delta: Scaled) -> Iterator[tuple[Scaled, Scaled]]:
    """Yield dE/dz_{l-1} and dE/dW_l of the block's last convolution, l = L..1.

    `delta` is dE/dz_L, and `states` are z_0 .. z_L.
    """
    for branch, (z, power) in zip(
        reversed(start.built_in.branches), reversed(states[:-1]), strict=True
    ):
        block = Block(start.built_in, branch)
        parameters = block.wide(z.dtype)
        z = z.detach().requires_grad_()
        weight = parameters[f"branch.weights.{start.depth - 1}"].requires_grad_()
        out = functional_call(block, parameters, (z,))
        of_z, of_weight = torch.autograd.grad(out, (z, weight), delta.value, materialize_grads=True)
        before = Scaled(of_z, delta.power).brought_back()
        yield before, Scaled(of_weight, delta.power + power)
        delta = before


def behind_the_head(start: Start, last: Scaled) -> Scaled:
    """Return dE/dz_L of the mean cross-entropy of the images in `last` = z_L."""
    head = start.built_in.head
    unit = math.ldexp(1.0, min(last.power, LOGITS))  # 0 below the smallest double
    z = (widened(last.value) * unit).requires_grad_()
    features = start.built_in.features(z)
    logits = features @ widened(head.weight.detach()).T + widened(head.bias.detach())
    loss = cross_entropy(logits, start.labels[: len(z)].to(logits.device))
    (of_z,) = torch.autograd.grad(loss, z)
    return Scaled(of_z.to(last.value.dtype).to(last.value.device)).brought_back()


def holds(log: float, least: float) -> bool:
    """Return whether a logarithm is finite and of nothing smaller than `least`, a logarithm too."""
    return math.isfinite(log) and log >= least


def continued(own: Series, beyond: Series, least: float) -> Series:
    """Return `own` up to its first value that does not hold, then by the increments of `beyond`."""
    held = next((i for i, log in enumerate(own) if not holds(log, least)), len(own))
    if held == 0:
        return beyond
    return own[:held] + tuple(own[held - 1] + b - beyond[held - 1] for b in beyond[held:])
