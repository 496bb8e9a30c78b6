"""Moments of a state at every pixel, and what a convolution and an activation do to them.

Zero padding makes borders weaker than the centre, so moments are maps (H, W). A dense network is
the case of a 1 x 1 map. Everything is float64 and independent of torch.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from resweep.nets import gaussian

Map = NDArray[np.float64]


class Moments(NamedTuple):
    """E[z] and E[z^2] over weights, channels and inputs, each (H, W)."""

    mean: Map
    second: Map

    @property
    def variance(self) -> Map:
        """Var z (H, W)."""
        return self.second - self.mean**2

    def scaled(self, factor: float) -> "Moments":
        """The moments of factor z."""
        return Moments(factor * self.mean, factor**2 * self.second)

    def plus(self, branch: "Moments") -> "Moments":
        """The moments of z + f, for a branch f whose weights are independent of z.

        At a wide layer E[z f] = E[z] E[f].
        """
        return Moments(
            self.mean + branch.mean, self.second + branch.second + 2 * self.mean * branch.mean
        )


@dataclass(frozen=True)
class Layer:
    """The convolutions of one block's branch, reduced to what moments depend on.

    gains       a_i = n Var[w] of each convolution, with fan-in n = C k^2
    activation  f, by name
    kernel      k; with `size` (1, 1) and kernel 1 the layer is dense
    size        (H, W)
    scale       the number that multiplies the branch before it joins the shortcut
    channels    C
    independent whether weights are independent draws, so that each u is Gaussian whatever z is
    log_unit    moments are given and returned in units of e^log_unit (second moments: its square)

    A unit near the border sees fewer than k^2 pixels: Var u = (a / k^2) sum of E[z^2] over those.
    """

    gains: tuple[float, ...]
    activation: str
    kernel: int
    size: tuple[int, int]
    scale: float = 1.0
    channels: float = inf
    independent: bool = True
    log_unit: float = 0.0

    @property
    def depth(self) -> int:
        """The number of convolutions."""
        return len(self.gains)

    @property
    def windows(self) -> tuple[Map, Map]:
        """The box operators T of both axes: (T q)_p = (1/k) sum of q over the pixels p sees."""
        return window(self.size[0], self.kernel), window(self.size[1], self.kernel)

    def conv(self, i: int, second: Map) -> Map:
        """Var u (H, W) of u = conv_i(z), from `second` = E[z^2] (H, W)."""
        rows, columns = self.windows
        variance: Map = self.gains[i] * (rows @ second @ columns.T)
        return variance

    def batch_variance(self, i: int, z: Moments) -> Map:
        """E[(u - mu)^2] (H, W) of u = conv_i(z), mu being a channel's mean over batch and pixels.

        This is the variance that batch normalization sees. The part of z that varies over the batch
        contributes a T v T'. The mean map m is common to all inputs and channels. It contributes
        nothing at inner pixels, where it gives every pixel the same u, but it does at a zero-padded
        border: with m_tau(p) = m(p + tau), zero outside the image, and s_tau its average over p, it
        adds (a / k^2) sum_tau (m_tau(p) - s_tau)^2.
        """
        k = self.kernel
        before, after = (k - 1) // 2, k // 2
        taps = np.lib.stride_tricks.sliding_window_view(
            np.pad(z.mean, ((before, after), (before, after))), (k, k)
        )
        common = ((taps - taps.mean((0, 1))) ** 2).mean((2, 3))
        variance: Map = self.conv(i, z.variance) + self.gains[i] * common
        return variance

    def conv_back(self, i: int, second: Map) -> Map:
        """E[d^2] at the input of conv_i from `second` = E[d^2] at its output, both (H, W)."""
        rows, columns = self.windows
        through: Map = self.gains[i] * (rows.T @ second @ columns)
        return through

    def activate(self, variance: Map) -> Moments:
        """E[f(u)] and E[f(u)^2] for u ~ N(0, variance)."""
        return Moments(*gaussian.activated(self.activation, variance, self.log_unit))

    def slope(self, variance: Map) -> Map:
        """E[f'(u)^2] for u ~ N(0, variance)."""
        return gaussian.slope(self.activation, variance, self.log_unit)

    def chain(self, z: Moments) -> Iterator[Map]:
        """Var u (H, W) of each convolution in turn, in a branch conv, f, ..., conv, f on z."""
        for i in range(self.depth):
            variance = self.conv(i, z.second)
            yield variance
            z = self.activate(variance)


@cache
def window(size: int, kernel: int) -> Map:
    """The box operator T (size, size) of a "same" convolution along one axis.

    Row p has 1/k at the pixels from p - (k-1)//2 to p + k//2 that lie inside the image, 0
    elsewhere.
    """
    before = (kernel - 1) // 2
    offset = np.arange(size)[None, :] - np.arange(size)[:, None]
    return ((offset >= -before) & (offset < kernel - before)) / kernel
