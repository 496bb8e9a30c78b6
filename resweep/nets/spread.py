"""How far a network of finite width may lie from the prediction: its spread over seeds.

Derived for x + f(conv x) with one convolution a branch and a piecewise linear f: f(lambda u) =
lambda f(u) for lambda > 0 (identity, ReLU, leaky ReLU).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from resweep.nets import gaussian, reach
from resweep.nets.moments import Layer, Map, Moments


class OverSeeds(NamedTuple):
    """The law over seeds of ln E[z_l^2] and ln E[d_l^2], l = 0..L; None where it is not known.

    `*_median` is the median less the logarithm of the mean over seeds, `*_sd` the standard
    deviation.
    """

    forward_median: tuple[float, ...] | None = None
    forward_sd: tuple[float, ...] | None = None
    backward_median: tuple[float, ...] | None = None
    backward_sd: tuple[float, ...] | None = None


def over_seeds(states: Sequence[Moments], layers: Sequence[Layer], images: int) -> OverSeeds:
    """The forward growth is log-normal, so that its median is e^(-sd^2 / 2) of the mean."""
    deviations = forward_log_sd(states, layers, images)
    if deviations is None:
        return OverSeeds()
    return OverSeeds(tuple(-sd * sd / 2 for sd in deviations), deviations)


def applies(layer: Layer) -> bool:
    """Whether the formula holds for the layer."""
    piecewise_linear = layer.activation in gaussian.NEGATIVE_SLOPE
    return piecewise_linear and layer.depth == 1 and layer.channels < math.inf


def forward_log_sd(
    states: Sequence[Moments], layers: Sequence[Layer], images: int
) -> tuple[float, ...] | None:
    """The standard deviation over seeds of ln E[z_l^2] - ln E[z_0^2], l = 0..L, for N = `images`.

    What differs between images averages out as 1/N. What two of them share does not, and it is a
    mean over C channels only. With r = E[z z^] over two images, at first 0, and K(r) = E[f(u)
    f(u^)], a block moves (m, q) by noise of

        C Var dm = K - mu^2,   C Var dq = 4 r (K - mu^2),   C Cov(dm, dq) = 2 m (K - mu^2)

    at leading order in a, averaged over pairs of pixels of all images. One pair in N H W is a pixel
    with itself, r = q. The cosines of the others deviate, by +-(1 - r^2) sqrt(d). What is left
    between two white pixels is d = 1/n for the n numbers that a unit sums over; each block adds
    what its fresh weights make them share at random. The block moves earlier deviations by the
    Jacobian of m' = m + mu, q' = q + E[f^2] + 2 m mu, where mu is proportional to sqrt(q). Moments
    are averages over the image, and deviations are of first order.

    None for layers to which this does not apply.
    """
    if not all(applies(layer) for layer in layers):
        return None
    m = float(states[0].mean.mean() / np.sqrt(states[0].second.mean()))  # in units of sqrt(q)
    cosine, random = 0.0, 1 / fresh(layers[0])
    samples = images * math.prod(layers[0].size)
    covariance = np.zeros((2, 2))  # of dm / sqrt(q) and dq / q
    deviations = [0.0]
    for z, layer in zip(states, layers, strict=False):
        q = float(z.second.mean())
        if not 0 < q < math.inf:
            return None
        variance = np.array(layer.conv(0, z.second).mean() / q)
        mean, square = (float(v) for v in gaussian.activated(layer.activation, variance))
        mu, square, r = layer.scale * mean, layer.scale**2 * square, max(cosine, m * m)
        apart = (1 - r * r) * math.sqrt(random)
        cosines = (r, r - apart, r + apart, 1.0)
        k = [layer.scale**2 * pair(layer.activation, float(variance), x) for x in cosines]
        jacobian = np.array([[1, mu / 2], [2 * mu, 1 + square + m * mu]])
        _, low, high, own = (
            noise_of_pair(m, x, shared - mu * mu) for x, shared in zip(cosines, k, strict=True)
        )
        noise = ((1 - 1 / samples) * (low + high) / 2 + own / samples) / layer.channels
        growth = 1 + square + 2 * m * mu
        random += (1 - random) * (1 - 1 / growth**2) / fresh(layer)
        units = np.diag([1 / math.sqrt(growth), 1 / growth])
        covariance = units @ (jacobian @ covariance @ jacobian.T + noise) @ units
        m, cosine = (m + mu) / math.sqrt(growth), (r + k[0] + 2 * m * mu) / growth
        deviations.append(math.sqrt(max(0.0, covariance[1, 1])))
    return tuple(deviations)


def fresh(layer: Layer) -> float:
    """The numbers that a unit sums over, C for dense layers."""
    return layer.channels * reach.inputs(layer)


def noise_of_pair(m: float, r: float, k: float) -> Map:
    """C Cov(dm, dq) of one block for two images of cosine r, in units of rms; k = K - mu^2."""
    return np.array([[k, 2 * m * k], [2 * m * k, 4 * r * k]])


def pair(activation: str, variance: float, cosine: float) -> float:
    """E[f(u) f(u^)] for Gaussian u, u^ of one variance and a correlation (Cho & Saul 2009)."""

    def arc(c: float) -> float:
        c = min(1.0, max(-1.0, c))
        return (math.sqrt(1 - c * c) + c * (math.pi - math.acos(c))) / (2 * math.pi)

    s = gaussian.NEGATIVE_SLOPE[activation]
    return variance * ((1 + s * s) * arc(cosine) - 2 * s * arc(-cosine))
