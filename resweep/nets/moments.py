"""Moments of a state at every pixel, and what a convolution and an activation do to them.

Zero padding makes borders weaker than the centre, so moments are maps (H, W); a network without padding, or a single
number, is the 1 x 1 map. Everything is float64 and free of torch.
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
        return self.second - self.mean**2

    def scaled(self, factor: float) -> "Moments":
        """Moments of factor z."""
        return Moments(factor * self.mean, factor**2 * self.second)

    def plus(self, branch: "Moments") -> "Moments":
        """Moments of z + f for a branch f whose weights are independent of z: E[z f] = E[z] E[f]."""
        return Moments(
            self.mean + branch.mean, self.second + branch.second + 2 * self.mean * branch.mean
        )


@dataclass(frozen=True)
class Layer:
    """The convolutions of one branch, as moments see them.

    `gains` holds a_i = n Var[w] of each convolution, n = C k^2; `size` is (H, W); `kernel` 1 with size (1, 1) means a
    dense layer; `scale` multiplies the branch before it joins the shortcut; `channels` = C. A unit near the border sees
    fewer than k^2 taps: Var u = (a / k^2) sum over valid taps of E[z^2]. Moments come and go in units of e^`log_unit`.
    """

    gains: tuple[float, ...]
    activation: str
    kernel: int
    size: tuple[int, int]
    scale: float = 1.0
    channels: float = inf
    log_unit: float = 0.0

    @property
    def depth(self) -> int:
        return len(self.gains)

    @property
    def windows(self) -> tuple[Map, Map]:
        """Box operators T of the two axes: (T q)_p = (1/k) sum of q over the pixels that unit p sees."""
        return window(self.size[0], self.kernel), window(self.size[1], self.kernel)

    def conv(self, i: int, second: Map) -> Map:
        """Var u (H, W) of u = conv_i(z) from E[z^2]."""
        rows, columns = self.windows
        return self.gains[i] * (rows @ second @ columns.T)

    def batch_variance(self, i: int, z: Moments) -> Map:
        """E[(u - mu)^2] (H, W) of u = conv_i(z), mu each channel's mean over batch and pixels, as BN subtracts it.

        What varies over the batch gives a T v T'. The mean map m, common to all inputs and channels, comes through the
        same at every inner pixel but not at a zero-padded border: with m_tau(p) = m(p + tau), zero outside, and s_tau
        its average over p, it adds (a / k^2) sum_tau (m_tau(p) - s_tau)^2.
        """
        k = self.kernel
        before, after = (k - 1) // 2, k // 2
        taps = np.lib.stride_tricks.sliding_window_view(
            np.pad(z.mean, ((before, after), (before, after))), (k, k)
        )
        common = ((taps - taps.mean((0, 1))) ** 2).mean((2, 3))
        return self.conv(i, z.variance) + self.gains[i] * common

    def conv_back(self, i: int, second: Map) -> Map:
        """E[d^2] behind conv_i from E[d^2] in front of it: the transposed windows."""
        rows, columns = self.windows
        return self.gains[i] * (rows.T @ second @ columns)

    def activate(self, variance: Map) -> Moments:
        """E[f(u)] and E[f(u)^2] for u ~ N(0, variance)."""
        return Moments(*gaussian.activated(self.activation, variance, self.log_unit))

    def slope(self, variance: Map) -> Map:
        """E[f'(u)^2] for u ~ N(0, variance)."""
        return gaussian.slope(self.activation, variance, self.log_unit)

    def chain(self, z: Moments) -> Iterator[Map]:
        """Var u of every convolution of a conv, f, ..., conv, f branch that starts at z."""
        for i in range(self.depth):
            variance = self.conv(i, z.second)
            yield variance
            z = self.activate(variance)


@cache
def window(size: int, kernel: int) -> Map:
    """T (size, size) of a "same" convolution: k taps, (k-1)//2 before and k//2 after, zeros outside, each 1/k."""
    before = (kernel - 1) // 2
    offset = np.arange(size)[None, :] - np.arange(size)[:, None]
    return ((offset >= -before) & (offset < kernel - before)) / kernel
