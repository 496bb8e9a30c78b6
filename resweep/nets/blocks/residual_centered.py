"""x + f(conv x) - mean of f(conv x) over channels: no mean of the ReLU piles up.

Tensor Programs VI (Yang et al. 2023, arXiv 2310.02244, Sec. 6) subtracts from a branch the average
of its coordinates, MS(f) = f - avg f. The coordinates of a pixel are its channels (other pixels are
other vectors that share the weights), so the average is taken at each pixel of each image; taken
over the pixels too, it would leave in place the map of means that zero padding makes. With C
channels and a = n Var[w],

    E[z'^2] = E[z^2] + (1 - 1/C) Var f,      E[z'] = E[z]
    E[d^2]  = (1 + (1 - 1/C) a E[f'^2]) E[d'^2]

where Var f = a (1/2 - 1/(2 pi)) E[z^2] for ReLU.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from resweep.nets import gaussian, reach

if TYPE_CHECKING:
    from torch import Tensor

    from resweep.nets.moments import Layer, Map, Moments
    from resweep.nets.network import Branch

NORMALIZED = False


def forward(x: Tensor, branch: Branch) -> Tensor:
    """Return x + s (h - mean of h over channels), h = f(conv ... f(conv x))."""
    h = x
    for i in range(branch.depth):
        h = branch.conv(i, h, activate=True)
    return branch.join(x, h - h.mean(1, keepdim=True))


def step(z: Moments, layer: Layer) -> Moments:
    """Return the moments of z + s MS(f), whose second term has mean zero."""
    branch = z
    for i in range(layer.depth):
        branch = layer.activate(layer.conv(i, branch.second))
    return z._replace(second=z.second + _kept(layer) * branch.variance)


def back(delta: Map, z: Moments, layer: Layer) -> Map:
    """Return E[d^2]; the gradient that enters the branch has lost its mean over channels too."""
    through = _kept(layer) * delta
    for i, variance in reversed(list(enumerate(layer.chain(z)))):
        through = layer.conv_back(i, through * layer.slope(variance))
    return delta + through


def unpredicted_forward(
    states: Sequence[Any], layers: Sequence[Layer], growth: float
) -> str | None:
    """Return why no forward growth is predicted, or None where it is.

    The mean over seeds is right, but the growth is log-normal: the variance of its logarithm was
    up to 1.2 ln(growth) / n, 0.8 ln(growth) / n without an activation.
    A tanh saturates, which keeps seeds together.
    """
    activation = layers[0].activation
    if activation in gaussian.ODD:
        return None
    kappa = (0.8 if activation == "identity" else 1.2) * growth
    return reach.beyond(kappa, layers, "forward")


def unpredicted_backward(
    states: Sequence[Any], layers: Sequence[Layer], growth: float
) -> str | None:
    """Return why no backward growth is predicted, or None where it is.

    The error of deep dense networks of 16 channels grows with the square of the logarithm of the
    growth; kappa = 0.4 ln^2 lies above all that were measured. Without an activation there is no
    error, but the same spread as forward.
    """
    if layers[0].activation == "identity":
        return reach.beyond(0.8 * growth, layers)
    return reach.beyond(0.4 * growth**2, layers)


def paper_growth(a: float, blocks: int, activation: str) -> None:
    """Return None: the paper does not treat this form."""


def _kept(layer: Layer) -> float:
    """Return what a branch's energy keeps: the square of its scale, and C - 1 of C directions."""
    return layer.scale**2 * (1 - 1 / layer.channels)
