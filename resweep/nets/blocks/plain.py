"""f(conv x): no shortcut, the network that residual ones are compared with (Taki 2017, Sec. 2).

E[z'^2] = E[f(u)^2] with Var u = a E[z^2], a = n Var[w]; backward E[d^2] = a E[f'(u)^2] E[d'^2]. For the identity and
ReLU (whose E[f^2] = E[u^2]/2) both grow as a^L and (a/2)^L.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from resweep.nets.moments import Layer, Map, Moments
    from resweep.nets.network import Branch

NORMALIZED = False
SKIPS = False


def forward(x: Tensor, branch: Branch) -> Tensor:
    for i in range(branch.depth):
        x = branch.conv(i, x, activate=True)
    return x


def step(z: Moments, layer: Layer) -> Moments:
    for i in range(layer.depth):
        z = layer.activate(layer.conv(i, z.second))
    return z


def back(delta: Map, z: Moments, layer: Layer) -> Map:
    for i, variance in reversed(list(enumerate(layer.chain(z)))):
        delta = layer.conv_back(i, delta * layer.slope(variance))
    return delta


def paper_growth(a: float, blocks: int, activation: str) -> tuple[float, float]:
    """log of the growth over all blocks by the paper: a^L for the identity, (a/2)^L for ReLU, both ways."""
    gain = a if activation == "identity" else a / 2
    growth = blocks * math.log(gain) if gain else -math.inf
    return growth, growth
