"""x + f(conv x): activation inside the branch, nothing after the shortcut (Taki 2017, Sec. 2).

E[z'^2] = E[z^2] + E[f^2] + 2 E[z] E[f] and E[z'] = E[z] + E[f], with Var u = a E[z^2], a = n Var[w]: a ReLU branch is
never negative, so its means add up block after block, which the paper's bound on the variance alone does not see.
Backward E[d^2] = (1 + a E[f'(u)^2]) E[d'^2] for weights independent of d', that is for wide networks; what a finite
number of channels adds is in `finite`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from resweep.nets import finite

if TYPE_CHECKING:
    from torch import Tensor

    from resweep.nets.finite import Coherent
    from resweep.nets.moments import Layer, Map, Moments
    from resweep.nets.network import Branch

NORMALIZED = False
SKIPS = True


def forward(x: Tensor, branch: Branch) -> Tensor:
    h, last = x, branch.depth - 1
    for i in range(last):
        h = branch.conv(i, h, activate=True)
    return branch.conv(last, h, activate=True, onto=x)


def step(z: Moments, layer: Layer) -> Moments:
    branch = z
    for i in range(layer.depth):
        branch = layer.activate(layer.conv(i, branch.second))
    return z.plus(branch.scaled(layer.scale))


def finish(z: Moments, layer: Layer) -> Map | Coherent:
    """White noise at the last state; with its coherent part where the finite width can be followed."""
    return finite.white(z) if finite.applies(layer) else np.ones_like(z.second)


def back(delta: Map | Coherent, z: Moments, layer: Layer) -> Map | Coherent:
    if isinstance(delta, finite.Coherent):
        return finite.back(delta, z, step(z, layer), layer)
    through = delta
    for i, variance in reversed(list(enumerate(layer.chain(z)))):
        through = layer.conv_back(i, through * layer.slope(variance))
    return delta + layer.scale**2 * through


def log_sd(
    states: Sequence[Moments], layers: Sequence[Layer], images: int
) -> tuple[float, ...] | None:
    return finite.forward_log_sd(states, layers, images)


def paper_growth(a: float, blocks: int, activation: str) -> tuple[float, float]:
    """log of the growth over all blocks by the paper: (1 + a)^L for the identity; for ReLU its lower bound
    (1 + a/4)^L of the variance forward, and (1 + a/2)^L backward."""
    forward, backward = (a, a) if activation == "identity" else (a / 4, a / 2)
    return blocks * math.log1p(forward), blocks * math.log1p(backward)
