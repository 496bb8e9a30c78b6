"""What a finite number of channels adds to the backward recursion of x + s f(conv ... f(conv x)).

The mean energy of a delta d is that of a tangent t, a small change of the state which the block
carries forward: both grow by |J|^2 for a block's Jacobian J, and t is the easier of the two to
follow. At one pixel and for C channels let

    E = sum_c t_c^2 / C,   x = sum_c t_c / sqrt(C),   y = sum_c z_c t_c / sqrt(C q),   q = E[z^2],

all 1 for white noise of variance 1, with E[x y] = m / sqrt(q) and m = E[z]. In a wide network x and
y remain of order 1 and E grows by 1 + g, g = s^2 times the product of all a E[f'^2]. In C channels
a part y / sqrt(C q) of t lies along z. The branch answers to it alike in all channels, because its
mean s A(q) depends on q. The shift adds to x, which feeds y through the branch's mean, which again
feeds the shift: they grow like the forward pass, and of their growth E receives a part in C.

Given the state and the tangent, a fresh weight makes u ~ N(0, v), v = a q, and the tangent of u is
p u plus independent noise of variance a (E - p^2 q), p = y / sqrt(C q). The expectations of one
step, exact for one convolution up to products of fluctuations, are with c1 = s E[f' u], c2 = s^2
E[f f' u]

    E' = (1 + g) E + 2 c1 E[x p] / sqrt(C) + s^2 (E[f'^2 u^2] - v E[f'^2]) E[p^2]
    x' = x + c1 sqrt(C) p + noise
    y' sqrt(q') = y sqrt(q) + s A x + (m c1 + c2) sqrt(C) p + noise

and the noise is what sums over C fresh channels scatter by. Between pixels, a convolution averages
p over its window: `modes` holds the factors of the spatial modes. What several convolutions add is
in `branch`. The recursion is linear in (E, E[x^2], E[x y], E[y^2]), so that its transpose, `back`,
follows a delta down from the last state.

Moments m and q are those of wide networks. Fluctuations of q between seeds are left out, which for
an activation that is not piecewise linear misses how the gain depends on q; `fluctuations` says up
to where a growth is predicted.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from resweep.nets.integrals import Integrals, integrals
from resweep.nets.moments import Layer, Map, Moments, window


class Coherent(NamedTuple):
    """A delta as weights of (E, E[x^2], E[x y], E[y^2]): what each adds to E at the last state.

    `second` = E[d^2] and `energy`, the weight of E, are maps (H, W). `xx`, `xy` (counted twice) and
    `yy` are weights of the spatial modes (H, W), to be averaged over them and divided by C.
    """

    second: Map
    energy: Map
    xx: Map
    xy: Map
    yy: Map

    def scaled(self, factor: float) -> Coherent:
        """The weights for factor d."""
        return Coherent(*(factor**2 * part for part in self))


class Branch(NamedTuple):
    """The branch of one block as a tangent meets it; the scale s of the branch is included.

    mean      s A, the mean of the branch
    variance  s^2 Var f
    shift     c1 = s E[f' u]
    along     c2 = s^2 E[f f' u]
    share     p at the last convolution for y / sqrt(C) = 1, a map over modes
    excess    s^2 (E[f'^2 u^2] - v E[f'^2]) p^2, summed over convolutions, a map over modes
    inner     the variance of C^(1/2) p that inner convolutions add, for E = 1, a map over modes
    through   the variance of the last u's tangent for E = 1
    last      the integrals of the last convolution
    """

    mean: float
    variance: float
    shift: float
    along: float
    share: Map
    excess: Map
    inner: Map
    through: float
    last: Integrals


def last(z: Moments) -> Coherent:
    """White noise of variance 1 at the last state z."""
    one, none = np.ones_like(z.second), np.zeros_like(z.second)
    return Coherent(one, one, none, none, none)


def back(delta: Coherent, z: Moments, after: Moments, layer: Layer) -> Coherent:
    """The delta before a block z -> `after` of the residual form, from the `delta` behind it."""
    energy = delta.energy + wide(delta.energy, z, layer)
    m, q, q1 = (float(part.mean()) for part in (z.mean, z.second, after.second))
    if not (0 < q < math.inf and q1 < math.inf and layer.scale):
        return delta._replace(second=energy, energy=energy)
    r, r1, c = math.sqrt(q), math.sqrt(q1), layer.channels
    b = branch(z, layer)
    s, f = layer.scale, b.last
    # The step of (x, y): x' = x + up y,  y' = down x + keep y.
    up = b.shift * b.share
    down, keep = b.mean / r1, (r + (m * b.shift + b.along) * b.share) / r1
    # Variances of the noise of x' and y' per variance of the last u's tangent, and per p^2.
    fresh = noise(m, q, q1, s**2 * f.slope, s**3 * f.f_slope, s**4 * f.ff_slope)
    along = noise(m, q, q1, s**2 * (f.uu_slope - f.u_slope**2), 0.0, 0.0)
    inner = (b.shift, (m * b.shift + b.along) / r1)
    white = weigh(delta, *(b.through * part for part in fresh)) + delta.yy * b.variance / q1
    white = white + b.inner * weigh(delta, inner[0] ** 2, inner[0] * inner[1], inner[1] ** 2)
    of_share = weigh(delta, *(p - f.variance * w for p, w in zip(along, fresh, strict=True)))
    mean_energy = float(delta.energy.mean())
    energy = energy + white.mean() / c
    xx = delta.xx + 2 * down * delta.xy + down**2 * delta.yy
    xy = up * delta.xx + (keep + up * down) * delta.xy + keep * down * delta.yy + mean_energy * up
    yy = up**2 * delta.xx + 2 * up * keep * delta.xy + keep**2 * delta.yy
    yy = yy + mean_energy * b.excess + b.share**2 * of_share.mean() / c
    second = energy + (xx + 2 * xy * m / r + yy).mean() / c
    return Coherent(second, energy, xx, xy, yy)


def wide(delta: Map, z: Moments, layer: Layer) -> Map:
    """What the branch adds to E[d^2] (H, W) in a wide network."""
    through = delta
    for i, variance in reversed(list(enumerate(layer.chain(z)))):
        through = layer.conv_back(i, through * layer.slope(variance))
    return layer.scale**2 * through


def noise(
    m: float, q: float, q1: float, t: float, ft: float, fft: float
) -> tuple[float, float, float]:
    """Variance of x', covariance and variance of y', from the noise in the branch's tangent.

    `t`, `ft` and `fft` are the mean squares of that tangent, the same times f, and times f^2.
    """
    return t, (m * t + ft) / math.sqrt(q1), (q * t + 2 * m * ft + fft) / q1


def weigh(delta: Coherent, xx: float, xy: float, yy: float) -> Map:
    """What E[x^2], E[x y] and E[y^2] of these sizes add, by modes."""
    return delta.xx * xx + 2 * delta.xy * xy + delta.yy * yy


def branch(z: Moments, layer: Layer) -> Branch:
    """The branch of the block that begins at z.

    A convolution inside the branch hands p on, times its window's factor l and D = d ln B / d ln q
    for B = E[f^2], and adds noise of its own. Its mean square over C channels fluctuates from seed
    to seed, by rho relative to B^2, which changes the mean of what follows by (rho / 2) q^2
    d^2/dq^2.
    """
    s, c, kept = layer.scale, layer.channels, modes(layer.size, layer.kernel)
    filled = float(layer.conv(0, np.ones(layer.size)).mean() / (layer.gains[0] or 1.0))
    share = np.full(layer.size, math.sqrt(float(z.second.mean())))  # of <z t>, not yet of q
    shares, steps, square = [], [], float(z.second.mean())
    inner = np.zeros(layer.size)
    through, rho = 1.0, 0.0
    cosine = float(z.mean.mean()) ** 2 / square  # between two pixels that share but their mean
    for i, f in enumerate(convolutions(z, layer)):
        # The part of u's tangent along u: the window's mean of <h t> over that of h^2.
        under = f.variance / layer.gains[i] if layer.gains[i] else square
        share, inner = share * kept / under, inner * (kept / under) ** 2
        shares.append(share)
        steps.append(f)
        through *= layer.gains[i] * filled
        if i < layer.depth - 1:
            share, inner = share * f.fu_slope, inner * f.fu_slope**2 + through * f.ff_slope
            rho = f.elasticity**2 * rho + f.spread(cosine, layer.kernel) / c
            cosine = 1 - (1 - cosine) * (1 - f.mean**2 / f.second)
            through *= f.slope
            square = f.second
    mean = f.mean + rho * f.curvature / 2
    ratio = mean / f.mean if f.mean else 1.0
    excess, gain = np.zeros(layer.size), s**2
    for i in reversed(range(layer.depth)):
        g = steps[i]
        excess = excess + gain * (g.uu_slope - g.variance * g.slope) * shares[i] ** 2
        gain *= layer.gains[i] * filled * g.slope
    return Branch(
        mean=s * mean,
        variance=s**2 * (f.second - f.mean**2),
        shift=s * f.u_slope * ratio,
        along=s**2 * f.fu_slope,
        share=share,
        excess=excess,
        inner=inner,
        through=through,
        last=f,
    )


def convolutions(z: Moments, layer: Layer) -> Iterator[Integrals]:
    """The integrals of each convolution's activation in turn, at the image's mean variance."""
    for variance in layer.chain(z):
        yield integrals(layer.activation, float(variance.mean()), layer.log_unit)


@cache
def modes(size: tuple[int, int], kernel: int) -> Map:
    """The eigenvalues (H, W) of the symmetric part of the zero-padded box filter."""
    rows, columns = (np.linalg.eigvalsh((t + t.T) / 2) for t in (window(n, kernel) for n in size))
    return rows[:, None] * columns[None, :]
