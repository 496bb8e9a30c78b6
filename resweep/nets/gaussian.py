"""Gaussian integrals of the activations, in float64: E[f(u)], E[f(u)^2], E[f'(u)^2] for u ~ N(0, v).

Closed for piecewise linear f: with f(u) = u above 0 and s u below,
    E[f] = (1 - s) sqrt(v / 2 pi),   E[f^2] = (1 + s^2) v / 2,   E[f'^2] = (1 + s^2) / 2.
The others are tabulated once: trapezoid sums over u / sqrt(v) in [-9, 9], for v from 1e-12 to 1e4, read by cubic
interpolation in log-log coordinates, in which both tails are straight lines and are continued as such.
"""

import math
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

NEGATIVE_SLOPE = {"identity": 1.0, "relu": 0.0, "leaky-relu": 0.01}
ODD = ("tanh",)
LOG_V = np.linspace(math.log(1e-12), math.log(1e4), 600)
NODES = np.linspace(-9.0, 9.0, 3001)


class Table(NamedTuple):
    """log of each integral at LOG_V; `mean` is None for odd f, whose mean is 0."""

    mean: Array | None
    second: Array
    slope: Array


def activated(activation: str, variance: Array) -> tuple[Array, Array]:
    """(E[f(u)], E[f(u)^2]) for u ~ N(0, variance), elementwise."""
    if activation in NEGATIVE_SLOPE:
        s = NEGATIVE_SLOPE[activation]
        return (1 - s) * np.sqrt(variance / (2 * math.pi)), (1 + s * s) / 2 * variance
    t = table(activation)
    mean = np.zeros_like(variance) if t.mean is None else read(t.mean, variance)
    return mean, read(t.second, variance)


def slope(activation: str, variance: Array) -> Array:
    """E[f'(u)^2] for u ~ N(0, variance), elementwise."""
    if activation in NEGATIVE_SLOPE:
        return np.full_like(variance, (1 + NEGATIVE_SLOPE[activation] ** 2) / 2)
    return read(table(activation).slope, variance)


@cache
def table(activation: str) -> Table:
    f, derivative = smooth(activation)
    u = np.exp(LOG_V / 2)[:, None] * NODES
    weights = np.exp(-(NODES**2) / 2)
    weights /= weights.sum()
    value = f(u)
    return Table(
        mean=None if activation in ODD else np.log(value @ weights),
        second=np.log(value**2 @ weights),
        slope=np.log(derivative(u) ** 2 @ weights),
    )


def read(log_integral: Array, variance: Array) -> Array:
    """The tabulated integral at `variance`: four-point Lagrange inside, straight lines in log-log outside."""
    with np.errstate(divide="ignore"):
        x = (np.log(variance) - LOG_V[0]) / (LOG_V[1] - LOG_V[0])
    inside = np.clip(x, 0, len(LOG_V) - 1)
    i = np.clip(inside.astype(int), 1, len(LOG_V) - 3)
    t = inside - i
    a, b, c, d = (log_integral[i + j] for j in (-1, 0, 1, 2))
    cubic = (
        -a * t * (t - 1) * (t - 2) / 6
        + b * (t + 1) * (t - 1) * (t - 2) / 2
        - c * (t + 1) * t * (t - 2) / 2
        + d * (t + 1) * t * (t - 1) / 6
    )
    tail = np.where(x < 0, log_integral[1] - log_integral[0], log_integral[-1] - log_integral[-2])
    with np.errstate(invalid="ignore"):
        beyond = np.where(x == inside, 0.0, tail * (x - inside))
    return np.exp(cubic + beyond)


def smooth(activation: str) -> tuple[Callable[[Array], Array], Callable[[Array], Array]]:
    """f and f' of tanh; gelu u Phi(u); silu u / (1 + e^-u)."""
    if activation == "tanh":
        return np.tanh, lambda u: 1 - np.tanh(u) ** 2
    if activation == "gelu":
        return lambda u: u * cdf(u), lambda u: cdf(u) + u * np.exp(-u * u / 2) / math.sqrt(2 * math.pi)
    if activation == "silu":
        return lambda u: u * sigmoid(u), lambda u: sigmoid(u) * (1 + u * (1 - sigmoid(u)))
    raise ValueError(f"no Gaussian integrals for activation {activation!r}")


def cdf(u: Array) -> Array:
    return 0.5 * (1 + np.vectorize(math.erf, otypes=[float])(u / math.sqrt(2)))


def sigmoid(u: Array) -> Array:
    return 0.5 * (1 + np.tanh(u / 2))
