"""x + conv f(BN x): batch normalization and activation before the convolution (Taki 2017, appendix, Fig. 4).

BN sees each channel's variance v over batch and pixels. What a convolution adds to it is a Var f(g), g ~ N(0, 1): the
mean of f is common to all inputs and BN takes it out, except at zero-padded borders. So v' = v + a Var f while
q' = q + a E[f^2], a = n Var[w]; backward E[d^2] = (1 + a E[f'^2] / v) E[d'^2]. Growth over L blocks from v = 1: 1 + a L
for the identity, about L^(pi/(pi-1)) for ReLU, where the paper has one linear law for both.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from torch import Tensor

    from resweep.nets.moments import Layer, Map, Moments
    from resweep.nets.network import Branch

NORMALIZED = True


class Spread(NamedTuple):
    """E[z], E[z^2] and the batch variance E[(z - channel mean)^2], each (H, W)."""

    mean: Map
    second: Map
    batch: Map

    def scaled(self, factor: float) -> Spread:
        return Spread(factor * self.mean, factor**2 * self.second, factor**2 * self.batch)


def forward(x: Tensor, branch: Branch) -> Tensor:
    h, last = x, branch.depth - 1
    for i in range(last):
        h = branch.conv(i, branch.norm(i, h, activate=True))
    return branch.conv(last, branch.norm(last, h, activate=True), onto=x)


def start(z: Moments, layer: Layer) -> Spread:
    """At the stem's output no input has anything in common with another."""
    return Spread(z.mean, z.second, z.second)


def step(z: Spread, layer: Layer) -> Spread:
    *_, branch = chain(z, layer)
    added = branch.scaled(layer.scale)
    return Spread(z.mean, z.second + added.second, z.batch + added.batch)


def back(delta: Map, z: Spread, layer: Layer) -> Map:
    through = delta
    *inner, _ = chain(z, layer)
    for i, u in reversed(list(enumerate(inner))):
        scale = u.batch.mean()
        through = layer.conv_back(i, through) * layer.slope(u.batch / scale) / scale
    return delta + layer.scale**2 * through


def chain(z: Spread, layer: Layer) -> list[Spread]:
    """The state, then the output of every convolution of the BN, f, conv, ..., BN, f, conv branch."""
    found = [z]
    for i in range(layer.depth):
        h = layer.activate(found[-1].batch / found[-1].batch.mean())
        found.append(Spread(0 * h.mean, layer.conv(i, h.second), layer.batch_variance(i, h)))
    return found


def paper_growth(a: float, blocks: int, activation: str) -> tuple[float, float]:
    """log of the growth over all blocks by the paper: linear, 1 + a L, for both activations ("approximated by a")."""
    return math.log1p(a * blocks), math.log1p(a * blocks)
