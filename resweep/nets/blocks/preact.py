"""x + conv f(x): activation before the convolution, nothing after the shortcut.

He et al. 2016 (arXiv 1603.05027). The state is the stem's output plus convolutions of zero-mean
weights, so that in a wide network every unit is N(0, q) and no mean builds up. With a = n Var[w],

    q'     = q + a E[f(z)^2],   z ~ N(0, q):   (1 + a/2) q for ReLU, (1 + a) q for the identity
    E[d^2] = (1 + a E[f'(z)^2]) E[d'^2]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from resweep.nets import gaussian, reach

if TYPE_CHECKING:
    from torch import Tensor

    from resweep.nets.moments import Layer, Map, Moments
    from resweep.nets.network import Branch

NORMALIZED = False
SKIPS = True
ACTIVATE_FIRST = True


def forward(x: Tensor, branch: Branch) -> Tensor:
    """Return x + conv f(... conv f(x))."""
    h, last = x, branch.depth - 1
    for i in range(last):
        h = branch.conv(i, branch.activate(h))
    return branch.conv(last, branch.activate(h), onto=x)


def step(z: Moments, layer: Layer) -> Moments:
    """Return the moments of z + s u, where u has mean zero."""
    *_, added = _variances(z, layer)
    return z._replace(second=z.second + layer.scale**2 * added)


def back(delta: Map, z: Moments, layer: Layer) -> Map:
    """Return E[d^2] = (1 + s^2 a E[f'(z)^2]) E[d'^2], the product over the convolutions."""
    through = delta
    *inner, _ = _variances(z, layer)
    for i, variance in reversed(list(enumerate(inner))):
        through = layer.conv_back(i, through) * layer.slope(variance)
    return delta + layer.scale**2 * through


def unpredicted_forward(
    states: Sequence[Any], layers: Sequence[Layer], growth: float
) -> str | None:
    """Return why no forward growth is predicted, or None where it is.

    The mean over seeds is right, but the growth is log-normal: the variance of its logarithm was
    up to (1.2 l + 0.6 l^2) / n for l = ln growth, 0.8 l / n without an activation.
    A tanh saturates, which keeps seeds together.
    """
    activation = layers[0].activation
    if activation in gaussian.ODD:
        return None
    kappa = 0.8 * growth if activation == "identity" else 1.2 * growth + 0.6 * growth**2
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


def _variances(z: Moments, layer: Layer) -> Iterator[Map]:
    """Yield E[z^2], then Var u of every convolution of the f, conv, ..., f, conv branch."""
    variance = z.second
    yield variance
    for i in range(layer.depth):
        variance = layer.conv(i, layer.activate(variance).second)
        yield variance
