"""Gaussian integrals of the activations, in float64: E[f(u)], E[f(u)^2], E[f'(u)^2] for u ~ N(0, v).

Closed for piecewise linear f: with f(u) = u above 0 and s u below,
    E[f] = (1 - s) sqrt(v / 2 pi),   E[f^2] = (1 + s^2) v / 2,   E[f'^2] = (1 + s^2) / 2.
The others are Gauss-Hermite sums over 128 nodes.
"""

import math
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

NEGATIVE_SLOPE = {"identity": 1.0, "relu": 0.0, "leaky-relu": 0.01}
NODES = 128


class Smooth(NamedTuple):
    value: Callable[[Array], Array]
    derivative: Callable[[Array], Array]


def activated(activation: str, variance: Array) -> tuple[Array, Array]:
    """(E[f(u)], E[f(u)^2]) for u ~ N(0, variance), elementwise."""
    if activation in NEGATIVE_SLOPE:
        s = NEGATIVE_SLOPE[activation]
        return (1 - s) * np.sqrt(variance / (2 * math.pi)), (1 + s * s) / 2 * variance
    f = smooth(activation).value
    return expectation(f, variance), expectation(lambda u: f(u) ** 2, variance)


def slope(activation: str, variance: Array) -> Array:
    """E[f'(u)^2] for u ~ N(0, variance), elementwise."""
    if activation in NEGATIVE_SLOPE:
        return np.full_like(variance, (1 + NEGATIVE_SLOPE[activation] ** 2) / 2)
    derivative = smooth(activation).derivative
    return expectation(lambda u: derivative(u) ** 2, variance)


def expectation(f: Callable[[Array], Array], variance: Array) -> Array:
    """E[f(u)], u ~ N(0, variance): sum_k w_k f(sqrt(v) x_k) with the probabilists' nodes."""
    nodes, weights = hermite()
    return np.tensordot(weights, f(np.multiply.outer(nodes, np.sqrt(variance))), 1)


@cache
def hermite() -> tuple[Array, Array]:
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    return nodes, weights / math.sqrt(2 * math.pi)


def smooth(activation: str) -> Smooth:
    """tanh; gelu u Phi(u); silu u / (1 + e^-u): each with its derivative."""
    if activation == "tanh":
        return Smooth(np.tanh, lambda u: 1 - np.tanh(u) ** 2)
    if activation == "gelu":
        return Smooth(lambda u: u * cdf(u), lambda u: cdf(u) + u * np.exp(-u * u / 2) / math.sqrt(2 * math.pi))
    if activation == "silu":
        return Smooth(lambda u: u * sigmoid(u), lambda u: sigmoid(u) * (1 + u * (1 - sigmoid(u))))
    raise ValueError(f"no Gaussian integrals for activation {activation!r}")


def cdf(u: Array) -> Array:
    return 0.5 * (1 + np.vectorize(math.erf, otypes=[float])(u / math.sqrt(2)))


def sigmoid(u: Array) -> Array:
    return 0.5 * (1 + np.tanh(u / 2))
