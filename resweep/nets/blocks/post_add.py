"""f(x + conv x): activation after the shortcut, as in the original residual network.

He et al. 2015 (arXiv 1512.03385). With u ~ N(0, a E[z^2]) independent of z and a = n Var[w], the
state is z' = f(z + u). For ReLU this is a random walk reflected at zero, whose moments do not
close, so the whole distribution of a unit is carried from block to block (exact for wide networks,
up to the grid it is held on). Backward, the slopes f'(w) of one unit at different depths depend on
each other, so E[d^2] is a function of z:

    b(z) = E[f'(w)^2 b'(f(w)) | z] + a E[f'(w)^2 b'(f(w))],   w = z + u.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from resweep.nets import densities, gaussian, reach

if TYPE_CHECKING:
    from torch import Tensor

    from resweep.nets.densities import Density, Noisy, Rows
    from resweep.nets.moments import Layer, Map, Moments
    from resweep.nets.network import Branch

NORMALIZED = False
SKIPS = True
ACTIVATE_LAST = True


class Conditional(NamedTuple):
    """The second moment of a gradient, where it depends on the state."""

    given: Rows
    """E[d^2 | z] at the points of the state's density"""
    second: Map
    """E[d^2] (H, W)"""

    def scaled(self, factor: float) -> Conditional:
        """Return the same for the gradient `factor` d."""
        return Conditional(factor**2 * self.given, factor**2 * self.second)


def forward(x: Tensor, branch: Branch) -> Tensor:
    """Return f(x + conv f(... f(conv x)))."""
    h, last = x, branch.depth - 1
    for i in range(last):
        h = branch.conv(i, h, activate=True)
    return branch.activate(branch.conv(last, h, onto=x))


def start(z: Moments, layer: Layer) -> Density:
    """Return the density of z_0: Gaussian of mean zero, since each unit has weights of its own."""
    return densities.gaussian(z.second, tied=layer.kernel == 1)


def step(z: Density, layer: Layer) -> Density:
    """Return the density of f(z + u)."""
    f, _ = _in_units(layer)
    w, variances = _with_branch(z, layer)
    return densities.density(f(w.grid), w.masses, z.second + layer.scale**2 * variances[-1], z.tied)


def finish(z: Density, layer: Layer) -> Conditional:
    """Return the delta at the last state, which does not depend on it."""
    return Conditional(np.ones_like(z.points), np.ones(layer.size))


def back(delta: Conditional, z: Density, layer: Layer) -> Conditional:
    """Return b(z) and its average, over the shortcut and through the branch together."""
    _, slope = _in_units(layer)
    w, variances = _with_branch(z, layer)
    g = slope(w.grid) ** 2 * delta.given
    direct = densities.average(w.masses * g, delta.second, z.tied)
    through = layer.scale**2 * direct
    for i in reversed(range(layer.depth)):
        if i < layer.depth - 1:
            through = through * layer.slope(variances[i])
        through = layer.conv_back(i, through)
    given = densities.before_noise(g, w, z) + densities.at_anchors(through, z.tied)[:, None]
    return Conditional(given, direct + through)


def unpredicted_forward(
    states: Sequence[Any], layers: Sequence[Layer], growth: float
) -> str | None:
    """Return why no forward growth is predicted, or None where it is.

    The growth is log-normal over seeds, with a variance of its logarithm that follows the gains.
    Under gelu and silu states shrink until few seeds, and few units, carry the mean: where the
    units' distribution is narrower than the grid that holds it, there is no theory at all.
    """
    activation, depth, gain = layers[0].activation, len(layers), reach.total_gain(layers)
    if any(_narrow(z) for z in states):
        return "most units of a state lie closer together than theory can tell apart"
    if activation in gaussian.ODD:
        return None
    if activation == "identity":
        return reach.beyond(0.8 * growth, layers, "forward")
    kappa = 1.9 * gain
    if activation not in gaussian.NEGATIVE_SLOPE:
        kappa = max(kappa, 0.3 * depth * gain)
    return reach.beyond(kappa, layers, "forward")


def _narrow(z: Density) -> bool:
    """Whether the rms of a state is below two steps of its grid at some anchor."""
    step = (z.points.max(1) - z.points.min(1)) / (densities.POINTS - 1)
    return bool(np.any((z.masses * z.points**2).sum(1) < (2 * step) ** 2))


def unpredicted_backward(
    states: Sequence[Any], layers: Sequence[Layer], growth: float
) -> str | None:
    """Return why no backward growth is predicted, or None where it is.

    A delta's slopes and the state's sign go together for longer than the recursion knows: dense
    networks of 16 channels and gains a that add up to 1 grow 10 % more at 20 blocks, 18 % more at
    100. The law for kappa follows the gains and the root of the depth. gelu and silu, whose states
    shrink until a few seeds carry the mean, reach less deep. The identity has no error, but the
    same spread as forward.
    """
    activation, depth = layers[0].activation, len(layers)
    if any(_narrow(z) for z in states):
        return "most units of a state lie closer together than theory can tell apart"
    if activation == "identity":
        return reach.beyond(0.8 * growth, layers)
    kappa = 2 * reach.total_gain(layers) * math.sqrt(depth / 20)
    if activation not in (*gaussian.NEGATIVE_SLOPE, *gaussian.ODD):
        kappa = max(kappa * (1 + depth / 60), 0.3 * depth * reach.total_gain(layers))
    return reach.beyond(kappa, layers)


def paper_growth(a: float, blocks: int, activation: str) -> None:
    """Return None: the paper's discussion leaves "activation function after shortcut" open."""


def _with_branch(z: Density, layer: Layer) -> tuple[Noisy, list[Map]]:
    """Return the distribution of w = z + u, and Var of each convolution of conv, f, ..., conv."""
    variances, second = [], z.second
    for i in range(layer.depth):
        variances.append(layer.conv(i, second))
        second = layer.activate(variances[-1]).second
    return densities.add_noise(z, layer.scale**2 * variances[-1]), variances


def _in_units(layer: Layer) -> tuple[Callable[[Rows], Rows], Callable[[Rows], Rows]]:
    """Return f and f' for values in units of e^log_unit."""
    f, slope = gaussian.pointwise(layer.activation)
    unit = np.exp(np.clip(layer.log_unit, -300, 300))
    return lambda w: f(unit * w) / unit, lambda w: slope(unit * w)
