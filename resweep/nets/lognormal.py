"""The law over seeds of the growth of f(conv x): a product of one random factor a convolution.

Without a shortcut, a layer of C channels multiplies the energy of a state by

    S = (1 / C) sum_c f(g_c)^2 / E[f^2],   g_c ~ N(0, 1),

whatever the state, if f is piecewise linear. The mean of a product of L such factors is 1, and its
logarithm has mean L E[ln S] and variance L Var[ln S], of order -5 L / 2C and 5 L / C for ReLU. The
median therefore lies decades below a mean that few seeds reach. S is a scaled sum of squares of
Gaussians, K of slope 1 and C - K of slope s with K binomial: a Gamma variable given K.

Averages over N images vary less as long as images have little in common. With r the correlation of
two states' pre-activations, factors have the covariance R(r) of f(g)^2 and f(g')^2 relative to that
at r = 1, and a layer counts as the share

    w = R(1) / N + (1 - 1 / N) R(r)

of that of one image. r follows the recursion of E[f(g) f(g')]; without a kink r stays 0 on average,
and r^2 grows by the noise of C channels. Deltas are independent of each other at the last state;
backward, they come to share directions in the same way.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from resweep.nets import gaussian, reach
from resweep.nets.moments import Layer
from resweep.nets.spread import OverSeeds, pair

MANY_CHANNELS = 4096
MANY = 10**6  # images, of which one matters no more
Law = tuple[float, float]  # mean and variance of a logarithm


def over_seeds(layers: Sequence[Layer], images: int) -> OverSeeds:
    """The law of both growths of dense layers with a piecewise linear f; nothing for others."""
    layer = layers[0]
    if not known(layer):
        return OverSeeds()
    convolutions = sum(layer.depth for layer in layers)
    samples = images * math.prod(layer.size)
    forward = forward_shares(layer, convolutions, samples)
    backward = backward_shares(layer, convolutions, samples)
    up, down = accumulated(layer, forward), accumulated(layer, backward)
    depth = layers[0].depth
    first = [up[block * depth] for block in range(len(layers) + 1)]
    last = [down[block * depth] for block in reversed(range(len(layers) + 1))]
    return OverSeeds(
        tuple(mean for mean, _ in first),
        tuple(math.sqrt(variance) for _, variance in first),
        tuple(mean for mean, _ in last),
        tuple(math.sqrt(variance) for _, variance in last),
    )


def known(layer: Layer) -> bool:
    """Whether the law holds for layers such as this one."""
    dense = reach.inputs(layer) == 1 and layer.channels < math.inf
    return dense and layer.independent and layer.activation in gaussian.NEGATIVE_SLOPE


def estimate(layers: Sequence[Layer]) -> float:
    """n times the variance of ln growth where the law is not known, n the inputs of a unit.

    Orthogonal weights vary less than independent ones. On images of 8x8 pixels and 3x3 kernels,
    0.5 / n a convolution was measured without an activation; with ReLU 30 / n times the shares of
    dense layers, 5 / n of which are theirs.
    """
    layer, convolutions = layers[0], sum(layer.depth for layer in layers)
    if layer.activation == "identity":
        return 0.5 * convolutions if layer.independent else 0.0
    each = 5.0 if reach.inputs(layer) == 1 else 30.0
    return each * sum(forward_shares(layer, convolutions, MANY))


def accumulated(layer: Layer, shares: Sequence[float]) -> list[Law]:
    """The laws of the products of 0, 1, 2, ... layers, of which each counts as its share."""
    mean, variance = factor(gaussian.NEGATIVE_SLOPE[layer.activation], int(layer.channels))
    laws = [(0.0, 0.0)]
    for share in shares:
        m, v = laws[-1]
        laws.append((m + share * mean, v + share * variance))
    return laws


def forward_shares(layer: Layer, convolutions: int, images: int) -> list[float]:
    """What each convolution counts for, in order of depth."""
    s = gaussian.NEGATIVE_SLOPE[layer.activation]
    shares, r, square = [], 0.0, 0.0
    for _ in range(convolutions):
        together = fourth(s, math.sqrt(max(r * r, square))) / fourth(s, 1.0)
        shares.append(1 / images + (1 - 1 / images) * together)
        r = pair(layer.activation, 1.0, r) / ((1 + s * s) / 2)
        square += (1 - square) / layer.channels
    return shares


def backward_shares(layer: Layer, convolutions: int, images: int) -> list[float]:
    """What each convolution counts for, from the last one down, where images have become alike.

    Two deltas behind the same slopes f' share their energy's noise, and the square of their cosine.
    """
    s = gaussian.NEGATIVE_SLOPE[layer.activation]
    slopes = 2 * (1 + s**4) / (1 + s * s) ** 2
    shares, square = [], 0.0
    for _ in range(convolutions):
        together = (slopes * (1 + 2 * square) - 1) / (3 * slopes - 1)
        shares.append(1 / images + (1 - 1 / images) * together)
        square += (1 - square) / layer.channels
    return shares


def fourth(slope: float, r: float) -> float:
    """Cov(f(g)^2, f(g')^2) / E[f^2]^2 for Gaussians of correlation r (Cho & Saul 2009)."""

    def both(c: float) -> float:
        angle = math.acos(min(1.0, max(-1.0, c)))
        sine = math.sin(angle)
        return (3 * sine * c + (math.pi - angle) * (1 + 2 * c * c)) / (2 * math.pi)

    product = (1 + slope**4) * both(r) + 2 * slope**2 * both(-r)
    return product / ((1 + slope * slope) / 2) ** 2 - 1


def factor(slope: float, channels: int) -> Law:
    """Mean and variance of ln S. A layer that leaves nothing (probability 2^-C) is left out.

    For very many channels the leading order in 1/C.
    """
    if channels > MANY_CHANNELS:
        variance = fourth(slope, 1.0) / channels
        return -variance / 2, variance
    scale = 2 / (1 + slope * slope) / channels
    total, mean, square = 0.0, 0.0, 0.0
    for active in range(channels + 1):
        first = active + slope**2 * (channels - active)
        if not first:
            continue
        shape = first**2 / (2 * (active + slope**4 * (channels - active)))
        weight = math.exp(log_binomial(channels, active) - channels * math.log(2))
        log = digamma(shape) + math.log(scale * first / shape)
        total += weight
        mean += weight * log
        square += weight * (log * log + trigamma(shape))
    mean, square = mean / total, square / total
    return mean, square - mean * mean


def log_binomial(n: int, k: int) -> float:
    """ln of n over k."""
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def digamma(x: float) -> float:
    """The derivative of ln Gamma for x > 0, from its asymptotic series beyond 10."""
    below = 0.0
    while x < 10:
        below += 1 / x
        x += 1
    y = 1 / (x * x)
    return math.log(x) - 1 / (2 * x) - y * (1 / 12 - y * (1 / 120 - y / 252)) - below


def trigamma(x: float) -> float:
    """The second derivative of ln Gamma for x > 0, likewise."""
    below = 0.0
    while x < 10:
        below += 1 / (x * x)
        x += 1
    y = 1 / (x * x)
    return 1 / x + y / 2 + y / x * (1 / 6 - y * (1 / 30 - y / 42)) + below
