"""x + f(conv x): activation inside the branch, nothing after the shortcut (Taki 2017, Sec. 2).

E[z'^2] = E[z^2] + E[f^2] + 2 E[z] E[f] and E[z'] = E[z] + E[f], with Var u = a E[z^2], a = n Var[w]: a ReLU branch is
never negative, so its means add up block after block, which the paper's bound on the variance alone does not see.
Backward E[d^2] = (1 + a E[f'(u)^2]) E[d'^2] for weights independent of d', that is for wide networks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from resweep.nets.moments import Layer, Map, Moments
    from resweep.nets.network import Branch

NORMALIZED = False


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


def back(delta: Map, z: Moments, layer: Layer) -> Map:
    through = delta
    for i, variance in reversed(list(enumerate(layer.chain(z)))):
        through = layer.conv_back(i, through * layer.slope(variance))
    return delta + layer.scale**2 * through


def paper_growth(a: float, blocks: int, activation: str) -> tuple[float, float]:
    """Growth over all blocks by the paper: (1 + a)^L for the identity; for ReLU its lower bound (1 + a/4)^L of the
    variance forward, and (1 + a/2)^L backward."""
    if activation == "identity":
        return (1 + a) ** blocks, (1 + a) ** blocks
    return (1 + a / 4) ** blocks, (1 + a / 2) ** blocks
