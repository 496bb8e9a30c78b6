"""What a finite number of channels adds to the wide-network recursions of x + f(conv x).

Derived for one convolution a branch and f(lambda u) = lambda f(u), lambda > 0 (identity, ReLU,
leaky ReLU). There J z = z' for a block's Jacobian J, so that z . d is the same at every depth, and
a delta that is once aligned with the common mean of all channels stays aligned and grows with it.
The energy in this mode is about (forward growth) / C, spread over few spatial modes, and leaks into
all directions. Both corrections vanish as C grows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from resweep.nets import gaussian
from resweep.nets.moments import Layer, Map, Moments, window


class Coherent(NamedTuple):
    """A delta with its coherent part.

    `second` is E[d^2] (H, W). `xx` = E[x^2], `xy` and `yy` are the second moments, for each spatial
    mode (H, W), of x = sum_c d_c / sqrt(C) and y = z . d / sqrt(C q). Both are 1 for white noise.
    """

    second: Map
    xx: Map
    xy: Map
    yy: Map

    def scaled(self, factor: float) -> Coherent:
        """The moments of factor d."""
        return Coherent(*(factor**2 * part for part in self))


def white(z: Moments) -> Coherent:
    """A delta that is white noise at the last state z."""
    one = np.ones_like(z.second)
    return Coherent(one, one, one * z.mean.mean() / math.sqrt(z.second.mean()), one)


def applies(layer: Layer) -> bool:
    """Whether this module's formulas hold for the layer."""
    return layer.activation in gaussian.NEGATIVE_SLOPE and layer.depth == 1


def back(delta: Coherent, z: Moments, after: Moments, layer: Layer) -> Coherent:
    """The delta before a block z -> `after` of the residual form, from the `delta` behind it.

    Given u = conv z, a weight consists of what u fixes, along z's patch, and an independent rest: d
    = d' + z B + W_rest' (f' d') with B = box(F) / (C q^), F = f . d' and q^ the mean of q under the
    kernel. The eigenvalues l of the box filter (its symmetric part) say what B keeps of a spatial
    mode. Regressing d' on the fluctuation of f that z' contains,

        F = (mu - r m') x' + r y' + noise of variance phi (1 - r) E[d'^2],   r = phi / Var z',

    mu and phi being the mean and variance of f. With n = C k^2, w = a E[f'^2] E[d'^2] and angle
    brackets for means over modes,

        x = x' + (m l / q^) F + noise w (1 - l^2 m^2 / q)
        y = y' + (q l / q^ - 1) F + noise w q (1 - l^2)
        E[d^2] = E[d'^2] + (1 - 1/n) w + < 2 (y' - F) F l / q^ + q F^2 l^2 / q^2 > / C

    For the identity this gives 1 + a, exactly, at every width.
    """
    variance = layer.conv(0, z.second)
    f = layer.activate(variance).scaled(layer.scale)
    m, q, m1, q1 = (float(part.mean()) for part in (*z, *after))
    mu, under = float(f.mean.mean()), float(variance.mean()) / (layer.gains[0] or 1.0)
    phi = float(f.second.mean()) - mu**2
    if not q > 0:
        return delta
    kept, r = modes(layer.size, layer.kernel), phi / (q1 - m1**2)
    xx, xy, yy = delta.xx, delta.xy * math.sqrt(q1), delta.yy * q1
    xf = (mu - r * m1) * xx + r * xy
    yf = (mu - r * m1) * xy + r * yy
    ff = (mu - r * m1) * xf + r * yf + phi * (1 - r) * delta.second.mean()
    through = layer.scale**2 * layer.conv_back(0, delta.second * layer.slope(variance))
    w, up, turn = through.mean(), m * kept / under, q * kept / under - 1
    coherent = (2 * (yf - ff) * kept / under + q * ff * (kept / under) ** 2).mean() / layer.channels
    return Coherent(
        delta.second + through * (1 - (kept**2).mean() / layer.channels) + coherent * z.second / q,
        xx + 2 * up * xf + up**2 * ff + w * (1 - kept**2 * m * m / q),
        (xy + turn * xf + up * yf + up * turn * ff + w * m * (1 - kept**2)) / math.sqrt(q),
        (yy + 2 * turn * yf + turn**2 * ff + w * q * (1 - kept**2)) / q,
    )


@cache
def modes(size: tuple[int, int], kernel: int) -> Map:
    """The eigenvalues (H, W) of the symmetric part of the zero-padded box filter."""
    rows, columns = (np.linalg.eigvalsh((t + t.T) / 2) for t in (window(n, kernel) for n in size))
    return rows[:, None] * columns[None, :]


def forward_log_sd(
    states: Sequence[Moments], layers: Sequence[Layer], images: int
) -> tuple[float, ...] | None:
    """The standard deviation over seeds of ln E[z_l^2] - ln E[z_0^2], l = 0..L, for N = `images`.

    What differs between images averages out as 1/N. What two of them share does not, and it is a
    mean over C channels only. With r = E[z z^] over two images, at first 0, and K(r) = E[f(u)
    f(u^)], a block moves (m, q) by noise of

        C Var dm = K - mu^2,   C Var dq = 4 r (K - mu^2),   C Cov(dm, dq) = 2 m (K - mu^2)

    at leading order in a, averaged over pairs. One pair in N is an image with itself, r = q. The
    cosines of the others deviate, for C channels, by +-(1 - r^2) / sqrt(C), which is all there is
    in the first blocks. The block moves earlier deviations by the Jacobian of m' = m + mu, q' = q +
    E[f^2] + 2 m mu, where mu is proportional to sqrt(q). Moments are averages over the image, and
    deviations are of first order.

    None for layers to which this does not apply.
    """
    if not all(applies(layer) and layer.channels < math.inf for layer in layers):
        return None
    m = float(states[0].mean.mean() / np.sqrt(states[0].second.mean()))  # in units of sqrt(q)
    cosine = 0.0
    covariance = np.zeros((2, 2))  # of dm / sqrt(q) and dq / q
    deviations = [0.0]
    for z, layer in zip(states, layers, strict=False):
        q = float(z.second.mean())
        if not 0 < q < math.inf:
            return None
        variance = np.array(layer.conv(0, z.second).mean() / q)
        mean, square = (float(v) for v in gaussian.activated(layer.activation, variance))
        mu, square, r = layer.scale * mean, layer.scale**2 * square, max(cosine, m * m)
        apart = (1 - r * r) / math.sqrt(layer.channels)
        cosines = (r, r - apart, r + apart, 1.0)
        k = [layer.scale**2 * pair(layer.activation, float(variance), x) for x in cosines]
        jacobian = np.array([[1, mu / 2], [2 * mu, 1 + square + m * mu]])
        _, low, high, own = (
            noise_of_pair(m, x, shared - mu * mu) for x, shared in zip(cosines, k, strict=True)
        )
        noise = ((1 - 1 / images) * (low + high) / 2 + own / images) / layer.channels
        growth = 1 + square + 2 * m * mu
        units = np.diag([1 / math.sqrt(growth), 1 / growth])
        covariance = units @ (jacobian @ covariance @ jacobian.T + noise) @ units
        m, cosine = (m + mu) / math.sqrt(growth), (r + k[0] + 2 * m * mu) / growth
        deviations.append(math.sqrt(max(0.0, covariance[1, 1])))
    return tuple(deviations)


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
