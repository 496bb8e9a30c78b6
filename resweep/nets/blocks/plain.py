"""f(conv x): no shortcut, the network that residual ones are compared with (Taki 2017, Sec. 2).

With a = n Var[w] and Var u = a E[z^2], forward E[z'^2] = E[f(u)^2] and backward
E[d^2] = a E[f'(u)^2] E[d'^2]. For the identity both grow as a^L, and for ReLU, whose
E[f^2] = E[u^2] / 2, as (a/2)^L.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from resweep.nets import gaussian, lognormal, reach

if TYPE_CHECKING:
    from torch import Tensor

    from resweep.nets.moments import Layer, Map, Moments
    from resweep.nets.network import Branch
    from resweep.nets.spread import OverSeeds

NORMALIZED = False
SKIPS = False


def forward(x: Tensor, branch: Branch) -> Tensor:
    """Return f(conv ... f(conv x))."""
    for i in range(branch.depth):
        x = branch.conv(i, x, activate=True)
    return x


def step(z: Moments, layer: Layer) -> Moments:
    """Return the moments of f(u), u ~ N(0, a E[z^2])."""
    for i in range(layer.depth):
        z = layer.activate(layer.conv(i, z.second))
    return z


def back(delta: Map, z: Moments, layer: Layer) -> Map:
    """Return E[d^2] = a E[f'(u)^2] E[d'^2], the product over the branch's convolutions."""
    for i, variance in reversed(list(enumerate(layer.chain(z)))):
        delta = layer.conv_back(i, delta * layer.slope(variance))
    return delta


def over_seeds(states: Sequence[Moments], layers: Sequence[Layer], images: int) -> OverSeeds:
    """Return the law of dense layers with a piecewise linear f."""
    return lognormal.over_seeds(layers, images)


def unpredicted_forward(
    states: Sequence[Any], layers: Sequence[Layer], growth: float
) -> str | None:
    """Return why no forward growth is predicted, or None where it is.

    Growths are products over layers and log-normal over seeds. For dense layers of independent
    weights and a piecewise linear f the law is known, and predicted; elsewhere the variance of the
    logarithm is estimated. gelu and silu are carried by few seeds altogether; tanh saturates, and
    is 5 % off in dense networks of 16 channels.
    """
    activation = layers[0].activation
    if activation in gaussian.ODD:
        return reach.beyond(2.2, layers, "forward")
    if activation not in gaussian.NEGATIVE_SLOPE:
        return _carried_by_few(layers)
    if lognormal.known(layers[0]):
        return None
    return reach.varies(lognormal.estimate(layers), layers)


def unpredicted_backward(
    states: Sequence[Any], layers: Sequence[Layer], growth: float
) -> str | None:
    """Return why no backward growth is predicted, or None where it is.

    As forward, but that the slopes of a tanh vary too.
    """
    if layers[0].activation not in gaussian.NEGATIVE_SLOPE:
        return _carried_by_few(layers)
    if lognormal.known(layers[0]):
        return None
    return reach.varies(lognormal.estimate(layers), layers)


def _carried_by_few(layers: Sequence[Layer]) -> str | None:
    """Return a reason where gains that depend on q multiply over more layers than seeds stand.

    q varies between seeds by about 5 / C in its logarithm for each convolution of a dense network
    and 1 / C on larger images: dense gelu networks of 16 channels and 20 blocks have 0.86 +- 0.28,
    the recursion 0.004.
    """
    convolutions = sum(layer.depth for layer in layers)
    each = 5 if reach.inputs(layers[0]) == 1 else 1
    return reach.carried_by_few(each * convolutions, layers)


def paper_growth(a: float, blocks: int, activation: str) -> tuple[float, float]:
    """Return the logarithm of a^L for the identity and of (a/2)^L for ReLU, the same both ways."""
    gain = a if activation == "identity" else a / 2
    growth = blocks * math.log(gain) if gain else -math.inf
    return growth, growth
