"""x + f(BN(conv x)): batch normalization between convolution and activation (Taki 2017, Fig. 1).

The normalized pre-activation is N(0, 1) whatever the weights' scale, so the branch adds a fixed amount: for ReLU
E[z'] = E[z] + 1/sqrt(2 pi) and Var z' = Var z + 1/2 - 1/(2 pi) a block. Backward, BN divides by the batch's standard
deviation, E[d^2] = (1 + E[f'^2] / Var z) E[d'^2]: growth L + 1 for the identity, L^(pi/(pi-1)) for ReLU, where the
paper says linear for both. BN's own projections (order 1/(N H W)) are left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from resweep.nets.moments import Layer, Map, Moments
    from resweep.nets.network import Branch

NORMALIZED = True


def forward(x: Tensor, branch: Branch) -> Tensor:
    h, last = x, branch.depth - 1
    for i in range(last):
        h = branch.norm(i, branch.conv(i, h), activate=True)
    return branch.norm(last, branch.conv(last, h), activate=True, onto=x)


def step(z: Moments, layer: Layer) -> Moments:
    *_, (_, branch) = normalized(z, layer)
    return z.plus(branch.scaled(layer.scale))


def back(delta: Map, z: Moments, layer: Layer) -> Map:
    through = delta
    for i, (variance, _) in reversed(list(enumerate(normalized(z, layer)))):
        scale = variance.mean()
        through = layer.conv_back(i, through * layer.slope(variance / scale)) / scale
    return delta + layer.scale**2 * through


def normalized(z: Moments, layer: Layer) -> Iterator[tuple[Map, Moments]]:
    """For every convolution the batch variance of its output, and the moments of f(BN(.)) after it."""
    for i in range(layer.depth):
        variance = layer.batch_variance(i, z)
        z = layer.activate(variance / variance.mean())
        yield variance, z


def paper_growth(a: float, blocks: int, activation: str) -> tuple[float, float]:
    """log of the growth over all blocks by the paper: linear, 1 + L both ways and for both activations; a cancels."""
    return math.log1p(blocks), math.log1p(blocks)
