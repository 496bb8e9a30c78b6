"""x + f(BN(conv x)): batch normalization between convolution and activation (Taki 2017, Fig. 1).

The normalized pre-activation is N(0, 1) whatever the scale of the weights, so a branch adds a fixed
amount: for ReLU

    E[z'] = E[z] + 1/sqrt(2 pi),      Var z' = Var z + 1/2 - 1/(2 pi)

Backward, BN divides by the standard deviation of the batch, E[d^2] = (1 + E[f'^2] / Var z) E[d'^2]:
growth L + 1 for the identity and L^(pi/(pi-1)) for ReLU, where the paper says linear for both. The
projections that BN's own derivative adds are of order 1/(N H W) and are left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from resweep.nets import gaussian, reach

if TYPE_CHECKING:
    from torch import Tensor

    from resweep.nets.moments import Layer, Map, Moments
    from resweep.nets.network import Branch

NORMALIZED = True
NORM_FIRST = False


def forward(x: Tensor, branch: Branch) -> Tensor:
    """Return x + f(BN conv ... f(BN conv x))."""
    h, last = x, branch.depth - 1
    for i in range(last):
        h = branch.norm(i, branch.conv(i, h), activate=True)
    return branch.norm(last, branch.conv(last, h), activate=True, onto=x)


def step(z: Moments, layer: Layer) -> Moments:
    """Return the moments of z + s f(g), g ~ N(0, 1) but for zero-padded borders."""
    *_, (_, branch) = _normalized(z, layer)
    return z.plus(branch.scaled(layer.scale))


def back(delta: Map, z: Moments, layer: Layer) -> Map:
    """Return E[d^2] = (1 + s^2 E[f'^2] / Var z) E[d'^2], the product over the convolutions."""
    through = delta
    for i, (variance, _) in reversed(list(enumerate(_normalized(z, layer)))):
        scale = variance.mean()
        through = layer.conv_back(i, through * layer.slope(variance / scale)) / scale
    return delta + layer.scale**2 * through


def unpredicted_forward(
    states: Sequence[Any], layers: Sequence[Layer], growth: float
) -> str | None:
    """Return why no forward growth is predicted, or None where it is.

    What makes the backward growth exceed its wide limit adds to the forward growth too: in dense
    networks of 16 channels 6 % for ReLU and 15 % for gelu at 20 blocks, 16 % and 73 % at 100; with
    3x3 kernels 2 % at 20. Without a mean there is what a batch of few channels is, see `preact_bn`.
    """
    layer = layers[0]
    if layer.activation == "identity":
        return None
    if layer.activation in gaussian.ODD:
        return reach.beyond(1.2 * layer.depth, layers, "forward")
    return reach.beyond(0.25 * sum(layer.scale for layer in layers), layers, "forward")


def unpredicted_backward(
    states: Sequence[Any], layers: Sequence[Layer], growth: float
) -> str | None:
    """Return why no backward growth is predicted, or None where it is.

    For an activation of nonzero mean, a sample's norm and its mean over channels feed each other: a
    larger sample is normalized to larger u, which raises its mean, which makes it larger. The
    excess is of order 1/C whatever the number of images: for ReLU 5 % at 16 blocks and 170 % at 64,
    both with 256 channels. kappa = 0.2 (sum of s)^2 lies above what was measured. For the others
    the error is that of 1 / v, as in `preact_bn`.
    """
    if layers[0].activation in ("identity", *gaussian.ODD):
        return reach.beyond(0.4 * growth**2, layers)
    return reach.beyond(0.2 * sum(layer.scale for layer in layers) ** 2, layers)


def paper_growth(a: float, blocks: int, activation: str) -> tuple[float, float]:
    """Return ln(1 + L), both ways and for both activations: the paper's law, in which a cancels."""
    return math.log1p(blocks), math.log1p(blocks)


def _normalized(z: Moments, layer: Layer) -> Iterator[tuple[Map, Moments]]:
    """Yield each convolution's batch variance, and the moments of f(BN(.)) behind it."""
    for i in range(layer.depth):
        variance = layer.batch_variance(i, z)
        z = layer.activate(variance / variance.mean())
        yield variance, z
