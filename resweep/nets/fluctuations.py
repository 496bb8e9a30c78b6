"""What a finite number of channels adds to the forward moments of x + s f(conv ... f(conv x)).

In C channels the mean m and the second moment q of an image's state vary between seeds by order
1 / sqrt(C). A branch adds A(q) to the mean and B(q) to the second moment, which are not linear in
q, so that their average over seeds is not their value at the average. To first order in 1/C

    m' = m + A + A'' V_qq / 2
    q' = q + B + 2 m A + (B'' / 2 + m A'') V_qq + 2 A' V_mq

where V, the covariance of (m, q), is moved by the Jacobian of the step and grows by what sums over
C fresh channels scatter by. A branch of several convolutions fluctuates by itself: the mean square
between two of them varies by rho relative to its square, which adds rho v^2 A''(v) / 2 to A, and
likewise to B.

A convolution sees the mean of q over its window of k^2 pixels. What differs between the pixels of
a window averages out there; what they share does not, and under a ReLU they come to share nearly
all. `Shared` says how much of each variance is left.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from resweep.nets import reach
from resweep.nets.integrals import Integrals, integrals
from resweep.nets.moments import Layer, Map, Moments
from resweep.numerals import counted

LARGEST_VARIANCE = 0.55  # of q of an image over seeds, up to which a growth is predicted
STEP = 0.05  # of the relative differences that derivatives are taken by


class Finite(NamedTuple):
    """A state: its moments in networks of C channels, and those in wide ones.

    mean, second  E[z] and E[z^2] over seeds (H, W)
    wide          the same for infinitely many channels
    covariance    of (dm / sqrt(q), dq / q) over seeds, where q is a window's mean (2, 2)
    """

    mean: Map
    second: Map
    wide: Moments
    covariance: Map

    def scaled(self, factor: float) -> Finite:
        """The state `factor` z."""
        return Finite(
            factor * self.mean, factor**2 * self.second, self.wide.scaled(factor), self.covariance
        )


class Response(NamedTuple):
    """How the branch of one block answers to q, its scale s included.

    value   (A, B)
    first   q d/dq (A, B)
    curved  q^2 d^2/dq^2 (A, B)
    plain   (A, B) without what inner convolutions vary by
    inner   relative variance of the last convolution's Var u that inner ones add
    last    the integrals of the last convolution
    """

    value: Map
    first: Map
    curved: Map
    plain: Map
    inner: float
    last: Integrals


def start(z: Moments, layer: Layer) -> Finite:
    """The stem's output for white images."""
    square = ratio(float(z.mean.mean()) ** 2, float(z.second.mean()))
    spread = np.diag([1 - square, 2 * (1 - square**2)]) / (layer.channels * reach.inputs(layer))
    return Finite(z.mean, z.second, z, spread)


def step(z: Finite, wide: Moments, layer: Layer) -> Finite:
    """The state behind a residual block; `wide` is that of a wide network."""
    q = float(z.second.mean())
    if not (0 < q < math.inf and layer.scale and layer.channels < math.inf):
        return Finite(wide.mean, wide.second, wide, z.covariance)
    r = response(z, layer)
    v_mq, v_qq = math.sqrt(q) * z.covariance[0, 1], z.covariance[1, 1]
    a, b = r.value + r.curved * v_qq / 2
    branch = Moments(z.mean, z.second)
    for i in range(layer.depth):
        branch = layer.activate(layer.conv(i, branch.second))
    mean = layer.scale * branch.mean
    added = ratio(a, r.plain[0]) * mean
    common = ratio(r.first[0] * v_mq, r.plain[0]) * mean
    square = ratio(b, r.plain[1]) * layer.scale**2 * branch.second
    second = z.second + square + 2 * (z.mean * added + common)
    return Finite(z.mean + added, second, wide, moved(z, r, layer, float(second.mean())))


def moved(z: Finite, r: Response, layer: Layer, q1: float) -> Map:
    """The covariance behind the block, relative to its second moment q1."""
    m, q, s = float(z.mean.mean()), float(z.second.mean()), layer.scale
    a, f = r.value[0], r.last
    da, db = r.first
    root = math.sqrt(q)
    jacobian = np.array([[1, da / root], [2 * a / root, 1 + (db + 2 * m * da) / q]])
    # Sums over fresh channels of f, of z f and of f^2.
    square, mixed = s**2 * (f.second - f.mean**2), s**3 * f.third
    twice = 4 * q * square + 4 * m * mixed + (s**2 * f.second) ** 2 * f.fourth[0]
    cross = (2 * m * square + mixed) / q**1.5
    fresh = np.array([[square / q, cross], [cross, twice / q**2]])
    linear, product = shared(m * m / q, layer)
    fresh = fresh * np.array([[linear, linear], [linear, product]]) / layer.channels
    turned = np.array([s * f.u_slope / 2 / root, (db + m * s * f.u_slope) / q])
    units = np.diag([math.sqrt(q / q1), q / q1])
    noise = fresh + r.inner * np.outer(turned, turned)
    covariance: Map = units @ (jacobian @ z.covariance @ jacobian.T + noise) @ units
    return covariance


def shared(cosine: float, layer: Layer) -> tuple[float, float]:
    """What is left in a window's mean of the variance of f, and of that of z f and f^2.

    `cosine` is that of the states of two pixels, and of their pre-activations.
    """
    pixels = reach.inputs(layer)
    return cosine + (1 - cosine) / pixels, cosine**2 + (1 - cosine**2) / pixels


def response(z: Finite, layer: Layer) -> Response:
    """The branch at z, by differences over q (1 - STEP), q and q (1 + STEP)."""
    variances = [float(v.mean()) for v in layer.chain(Moments(z.mean, z.second))]
    cosine = ratio(float(z.mean.mean()) ** 2, float(z.second.mean()))
    low, middle, high = (
        chain(variances, layer, cosine, factor) for factor in (1 - STEP, 1.0, 1 + STEP)
    )
    return middle._replace(
        first=(high.value - low.value) / (2 * STEP),
        curved=(high.value + low.value - 2 * middle.value) / STEP**2,
    )


def chain(variances: list[float], layer: Layer, cosine: float, factor: float) -> Response:
    """The branch for `factor` times the state's second moment; no derivatives.

    `variances` are Var u of each convolution for the state itself.
    """
    s, none = layer.scale, np.zeros(2)
    rho, v = 0.0, factor * variances[0]
    for i in range(layer.depth):
        f = integrals(layer.activation, v, layer.log_unit)
        mean, second = f.mean + rho * f.curvature / 2, f.second + rho * f.curvature_of_square / 2
        if i < layer.depth - 1:
            own = integrals(layer.activation, variances[i], layer.log_unit).second
            rho = f.elasticity**2 * rho + f.spread(cosine, layer.kernel) / layer.channels
            cosine = 1 - (1 - cosine) * (1 - ratio(f.mean**2, f.second))
            v = variances[i + 1] * ratio(second, own)
    scales = np.array([s, s * s])
    value, plain = scales * (mean, second), scales * (f.mean, f.second)
    return Response(value, none, none, plain, rho, f)


def ratio(a: float, b: float) -> float:
    """a / b, 1 where b is 0."""
    return a / b if b else 1.0


def unpredicted(states: Sequence[Finite], layers: Sequence[Layer]) -> str | None:
    """A reason why no growth is predicted, or None where the first order in 1/C reaches.

    At a variance of q of 0.7 the forward growth of dense silu networks is 14 % off and the backward
    one 30 %; at 0.47 both are within 3 % for gelu.
    """
    variance = max(float(z.covariance[1, 1]) for z in states)
    if variance <= LARGEST_VARIANCE:
        return None
    are = counted(round(layers[0].channels), "channel is", "channels are")
    return (
        f"{are} too few: E[z^2] of an image varies between seeds by a "
        f"standard deviation of {math.sqrt(math.log1p(variance)):.2g} in its logarithm"
    )
