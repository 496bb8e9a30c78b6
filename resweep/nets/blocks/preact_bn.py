"""x + conv f(BN x): batch normalization and activation before the convolution (Taki 2017).

Taki 2017, appendix, Fig. 4. BN divides by each channel's variance v over batch and pixels. A
convolution adds a Var f(g) to it, g ~ N(0, 1): the mean of f is common to all inputs, and BN
subtracts it, except at zero-padded borders. With a = n Var[w],

    v' = v + a Var f,      q' = q + a E[f^2],      E[d^2] = (1 + a E[f'^2] / v) E[d'^2]

From v = 1 the backward growth over L blocks is 1 + a L for the identity and about L^(pi/(pi-1)) for
ReLU, where the paper has one linear law for both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from resweep.nets import gaussian, reach

if TYPE_CHECKING:
    from torch import Tensor

    from resweep.nets.moments import Layer, Map, Moments
    from resweep.nets.network import Branch

NORMALIZED = True
NORM_FIRST = True


class Spread(NamedTuple):
    """E[z], E[z^2] and the batch variance E[(z - channel mean)^2], each (H, W)."""

    mean: Map
    second: Map
    batch: Map

    def scaled(self, factor: float) -> Spread:
        """Return the same for the state `factor` z."""
        return Spread(factor * self.mean, factor**2 * self.second, factor**2 * self.batch)


def forward(x: Tensor, branch: Branch) -> Tensor:
    """Return x + conv f(BN ... conv f(BN x))."""
    h, last = x, branch.depth - 1
    for i in range(last):
        h = branch.conv(i, branch.norm(i, h, activate=True))
    return branch.conv(last, branch.norm(last, h, activate=True), onto=x)


def start(z: Moments, layer: Layer) -> Spread:
    """Return the spread of z_0, where no input has anything in common with another."""
    return Spread(z.mean, z.second, z.second)


def step(z: Spread, layer: Layer) -> Spread:
    """Return the spread of z + s u, where u has mean zero."""
    *_, branch = _chain(z, layer)
    added = branch.scaled(layer.scale)
    return Spread(z.mean, z.second + added.second, z.batch + added.batch)


def back(delta: Map, z: Spread, layer: Layer) -> Map:
    """Return E[d^2] = (1 + s^2 a E[f'^2] / v) E[d'^2], the product over the convolutions."""
    through = delta
    *inner, _ = _chain(z, layer)
    for i, u in reversed(list(enumerate(inner))):
        scale = u.batch.mean()
        through = layer.conv_back(i, through) * layer.slope(u.batch / scale) / scale
    return delta + layer.scale**2 * through


def unpredicted_forward(
    states: Sequence[Any], layers: Sequence[Layer], growth: float
) -> str | None:
    """Return why no forward growth is predicted, or None where it is.

    Where f is not piecewise linear, what a few channels make of a batch is not Gaussian. In dense
    networks of 16 channels that added 3 % with one convolution a branch, 6 % with two, 9 % with
    three, and twice as much at 100 blocks as at 20.
    """
    layer = layers[0]
    if layer.activation in gaussian.NEGATIVE_SLOPE:
        return None
    kappa = 1.05 * layer.depth * (1 + len(layers) / 100)
    return reach.beyond(kappa, layers, "forward")


def unpredicted_backward(
    states: Sequence[Any], layers: Sequence[Layer], growth: float
) -> str | None:
    """Return why no backward growth is predicted, or None where it is.

    Each channel's variance fluctuates over seeds, and 1 / v has a mean above 1 / E[v]. In dense
    networks of 16 channels that added 22 % at 20 blocks and 65 % at 100, and 9 % at 100 with 3x3
    kernels; kappa = 0.65 ln^2 lies above what was measured for all activations.
    """
    return reach.beyond(0.65 * growth**2, layers)


def paper_growth(a: float, blocks: int, activation: str) -> tuple[float, float]:
    """Return ln(1 + a L), the paper's linear law for both activations ("approximated by a")."""
    return math.log1p(a * blocks), math.log1p(a * blocks)


def _chain(z: Spread, layer: Layer) -> list[Spread]:
    """Return the state, then the output of every convolution of BN, f, conv, ..., BN, f, conv."""
    states = [z]
    for i in range(layer.depth):
        variance = states[-1].batch
        h = layer.activate(variance / variance.mean())
        states.append(Spread(0 * h.mean, layer.conv(i, h.second), layer.batch_variance(i, h)))
    return states
