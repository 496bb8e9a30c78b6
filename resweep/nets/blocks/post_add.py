"""f(x + conv x): activation after the shortcut, the original residual network's order (He et al. 2015, 1512.03385).

z' = f(z + u) with u ~ N(0, a E[z^2]) independent of z, a = n Var[w]: for ReLU a random walk reflected at zero, whose
moments do not close, so the whole distribution of a unit is carried from block to block (exact for wide networks, up to
a grid). Backward the slopes f'(w) of one unit at different depths go together, so E[d^2] is a function of z:
    b(z) = E[f'(w)^2 b'(f(w)) | z] + a E[f'(w)^2 b'(f(w))],   w = z + u.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from resweep.nets import densities, gaussian

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from resweep.nets.densities import Density, Noisy, Rows
    from resweep.nets.moments import Layer, Map, Moments
    from resweep.nets.network import Branch

NORMALIZED = False


class Conditional(NamedTuple):
    """E[d^2 | z] at the points of the state's density, and E[d^2] (H, W)."""

    given: Rows
    second: Map

    def scaled(self, factor: float) -> Conditional:
        return Conditional(factor**2 * self.given, factor**2 * self.second)


def forward(x: Tensor, branch: Branch) -> Tensor:
    h, last = x, branch.depth - 1
    for i in range(last):
        h = branch.conv(i, h, activate=True)
    return branch.activate(branch.conv(last, h, onto=x))


def start(z: Moments, layer: Layer) -> Density:
    """The stem's units are Gaussian of mean zero: each has weights of its own."""
    return densities.gaussian(z.second, tied=layer.kernel == 1)


def step(z: Density, layer: Layer) -> Density:
    f, _ = in_units(layer)
    w, variances = shaken(z, layer)
    return densities.density(f(w.grid), w.masses, z.second + layer.scale**2 * variances[-1], z.tied)


def finish(z: Density, layer: Layer) -> Conditional:
    return Conditional(np.ones_like(z.points), np.ones(layer.size))


def back(delta: Conditional, z: Density, layer: Layer) -> Conditional:
    _, slope = in_units(layer)
    w, variances = shaken(z, layer)
    g = slope(w.grid) ** 2 * delta.given
    direct = densities.average(w.masses * g, delta.second, z.tied)
    through = layer.scale**2 * direct
    for i in reversed(range(layer.depth)):
        if i < layer.depth - 1:
            through = through * layer.slope(variances[i])
        through = layer.conv_back(i, through)
    given = densities.before_noise(g, w, z) + densities.at_anchors(through, z.tied)[:, None]
    return Conditional(given, direct + through)


def shaken(z: Density, layer: Layer) -> tuple[Noisy, list[Map]]:
    """The distribution of w = z + u, and Var of every convolution of the conv, f, ..., conv branch."""
    variances, second = [], z.second
    for i in range(layer.depth):
        variances.append(layer.conv(i, second))
        second = layer.activate(variances[-1]).second
    return densities.add_noise(z, layer.scale**2 * variances[-1]), variances


def in_units(layer: Layer) -> tuple[Callable[[Rows], Rows], Callable[[Rows], Rows]]:
    """f and f' for values in units of e^log_unit."""
    f, slope = gaussian.pointwise(layer.activation)
    unit = np.exp(np.clip(layer.log_unit, -300, 300))
    return lambda w: f(unit * w) / unit, lambda w: slope(unit * w)


def paper_growth(a: float, blocks: int, activation: str) -> None:
    """The paper leaves this form open (its discussion: "activation function after shortcut connection")."""
