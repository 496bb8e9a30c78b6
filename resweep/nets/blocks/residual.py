"""x + f(conv x): activation inside the branch, nothing after the shortcut (Taki 2017, Sec. 2).

With Var u = a E[z^2] and a = n Var[w],

    E[z']   = E[z] + E[f(u)]
    E[z'^2] = E[z^2] + E[f(u)^2] + 2 E[z] E[f(u)]
    E[d^2]  = (1 + a E[f'(u)^2]) E[d'^2]

A ReLU branch is never negative, so its means add up block after block, which the paper's bound on
the variance alone does not see. The backward law assumes weights independent of d', which holds in
wide networks; `finite` computes what a finite number of channels adds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from resweep.nets import finite, fluctuations, gaussian, reach, spread

if TYPE_CHECKING:
    from torch import Tensor

    from resweep.nets.finite import Coherent
    from resweep.nets.fluctuations import Finite
    from resweep.nets.moments import Layer, Moments
    from resweep.nets.network import Branch
    from resweep.nets.spread import OverSeeds

NORMALIZED = False
SKIPS = True


def forward(x: Tensor, branch: Branch) -> Tensor:
    """Return x + f(conv ... f(conv x))."""
    h, last = x, branch.depth - 1
    for i in range(last):
        h = branch.conv(i, h, activate=True)
    return branch.conv(last, h, activate=True, onto=x)


def start(z: Moments, layer: Layer) -> Finite:
    """Return the stem's output, with what varies of it between seeds."""
    return fluctuations.start(z, layer)


def step(z: Finite, layer: Layer) -> Finite:
    """Return the moments of z + s f(u), with what a finite number of channels adds."""
    return fluctuations.step(z, _wide(z.wide, layer), layer)


def finish(z: Finite, layer: Layer) -> Coherent:
    """Return white noise at the last state, as `finite` follows it."""
    return finite.last(z.wide)


def back(delta: Coherent, z: Finite, layer: Layer) -> Coherent:
    """Return the delta before the block, with what a finite number of channels adds."""
    return finite.back(delta, z.wide, _wide(z.wide, layer), layer)


def over_seeds(states: Sequence[Finite], layers: Sequence[Layer], images: int) -> OverSeeds:
    """Return the spread over seeds that a finite width causes, where `spread` has a formula."""
    return spread.over_seeds([z.wide for z in states], layers, images)


def unpredicted_forward(
    states: Sequence[Finite], layers: Sequence[Layer], growth: float
) -> str | None:
    """Return why no forward growth is predicted, or None where it is."""
    return fluctuations.unpredicted(states, layers)


def unpredicted_backward(
    states: Sequence[Finite], layers: Sequence[Layer], growth: float
) -> str | None:
    """Return why no backward growth is predicted, or None where it is.

    `finite` follows what a finite width adds, as far as its first order reaches. It misses that
    large deltas pass a saturated tanh through the few units that are not: dense networks of 16
    channels under He's scale grow by 280 in 20 blocks, where it has 176.
    """
    reason = fluctuations.unpredicted(states, layers)
    if reason is None and layers[0].activation in gaussian.ODD:
        reason = reach.beyond(0.4 * growth**2, layers)
    return reason


def paper_growth(a: float, blocks: int, activation: str) -> tuple[float, float]:
    """Return the logarithm of (1 + a)^L for the identity, both ways.

    For ReLU the paper has a lower bound of the variance forward, (1 + a/4)^L, and (1 + a/2)^L
    backward.
    """
    forward, backward = (a, a) if activation == "identity" else (a / 4, a / 2)
    return blocks * math.log1p(forward), blocks * math.log1p(backward)


def _wide(z: Moments, layer: Layer) -> Moments:
    """Return the moments of z + s f(u) in a wide network."""
    branch = z
    for i in range(layer.depth):
        branch = layer.activate(layer.conv(i, branch.second))
    return z.plus(branch.scaled(layer.scale))
