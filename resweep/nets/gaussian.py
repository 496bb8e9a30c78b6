"""Gaussian integrals of the activations: E[f(u)], E[f(u)^2] and E[f'(u)^2] for u ~ N(0, v).

For a piecewise linear activation, f(u) = u above 0 and s u below, they are closed expressions:

    E[f] = (1 - s) sqrt(v / 2 pi),   E[f^2] = (1 + s^2) v / 2,   E[f'^2] = (1 + s^2) / 2

For the other activations they are tabulated once, at 600 values of v from 1e-12 to 1e4, as
trapezoid sums over u / sqrt(v) in [-9, 9]. The tables are read by cubic interpolation in log-log
coordinates. Both tails are straight lines there and are continued as such.

The states of an exploding network are held in units of their own, u = e^k u~ with `log_unit` = k.
Each function takes the variance of u~ and returns its result in the same units, so that nothing
overflows. Piecewise linear activations do not depend on k; the others do.
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
NODES = np.linspace(-9.0, 9.0, 1501)
CDF_STEP = 1 / 128


class Table(NamedTuple):
    """The logarithms of E[f], E[f^2] and E[f'^2] at the variances exp(LOG_V), each (600,).

    `mean` is None for an odd activation, whose mean is 0.
    """

    mean: Array | None
    second: Array
    slope: Array


class Gate(NamedTuple):
    """Integrals of a sigmoid gate T = 1 / (1 + e^-(u + b)).

    `mean` = E[T], `second` = E[T^2] and `slope` = E[T'^2] with T' = T (1 - T). `gate_table` holds
    their logarithms in the same fields.
    """

    mean: Array
    second: Array
    slope: Array


def activated(activation: str, variance: Array, log_unit: float = 0.0) -> tuple[Array, Array]:
    """(E[f(u)], E[f(u)^2]) for u ~ N(0, variance), elementwise; f is named by `activation`."""
    if activation in NEGATIVE_SLOPE:
        s = NEGATIVE_SLOPE[activation]
        return (1 - s) * np.sqrt(variance / (2 * math.pi)), (1 + s * s) / 2 * variance
    t = table(activation)
    mean = np.zeros_like(variance) if t.mean is None else read(t.mean, variance, log_unit, power=1)
    return mean, read(t.second, variance, log_unit, power=2)


def slope(activation: str, variance: Array, log_unit: float = 0.0) -> Array:
    """E[f'(u)^2] for u ~ N(0, variance), elementwise; f is named by `activation`."""
    if activation in NEGATIVE_SLOPE:
        return np.full_like(variance, (1 + NEGATIVE_SLOPE[activation] ** 2) / 2)
    return read(table(activation).slope, variance, log_unit)


def gate(variance: Array, bias: float, log_unit: float = 0.0) -> Gate:
    """The integrals of a sigmoid gate with bias b over u ~ N(0, variance), elementwise.

    Beyond the largest tabulated variance, E[T] and E[T^2] approach 1/2 and the slope approaches 0,
    all as 1 / sqrt(variance).
    """
    t = gate_table(bias)
    with np.errstate(divide="ignore"):
        log_v = np.log(variance) + 2 * log_unit
    near = np.exp(np.minimum(log_v, LOG_V[-1]))
    rest = np.exp(np.minimum(0.0, LOG_V[-1] - log_v) / 2)
    mean, second = (0.5 - (0.5 - read(integral, near)) * rest for integral in (t.mean, t.second))
    return Gate(mean, second, read(t.slope, variance, log_unit))


@cache
def table(activation: str) -> Table:
    """The tabulated integrals of a smooth activation: tanh, gelu or silu."""
    f, derivative = smooth(activation)
    u, weights = quadrature()
    value = f(u)
    return Table(
        mean=None if activation in ODD else np.log(value @ weights),
        second=np.log(value**2 @ weights),
        slope=np.log(derivative(u) ** 2 @ weights),
    )


@cache
def gate_table(bias: float) -> Gate:
    """The logarithms of a gate's integrals at the variances exp(LOG_V)."""
    u, weights = quadrature()
    t = sigmoid(u + bias)
    return Gate(np.log(t @ weights), np.log(t**2 @ weights), np.log((t * (1 - t)) ** 2 @ weights))


def quadrature() -> tuple[Array, Array]:
    """Nodes of u for each tabulated variance, (len(LOG_V), len(NODES)), and their weights."""
    weights = np.exp(-(NODES**2) / 2)
    return np.exp(LOG_V / 2)[:, None] * NODES, weights / weights.sum()


def read(log_integral: Array, variance: Array, log_unit: float = 0.0, power: int = 0) -> Array:
    """The tabulated integral at `variance`, in units of e^(power log_unit).

    Between table entries it is interpolated by four-point Lagrange polynomials in log-log
    coordinates; outside the table it continues the straight line of the last interval.
    """
    with np.errstate(divide="ignore"):
        x = (np.log(variance) + 2 * log_unit - LOG_V[0]) / (LOG_V[1] - LOG_V[0])
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
    integral: Array = np.exp(cubic + beyond - power * log_unit)
    return integral


def smooth(activation: str) -> tuple[Callable[[Array], Array], Callable[[Array], Array]]:
    """f and f' of a smooth activation: tanh(u), gelu u Phi(u) or silu u / (1 + e^-u).

    Raises ValueError for any other name.
    """
    if activation == "tanh":
        return np.tanh, lambda u: 1 - np.tanh(u) ** 2
    if activation == "gelu":
        return (
            lambda u: u * cdf(u),
            lambda u: cdf(u) + u * np.exp(-u * u / 2) / math.sqrt(2 * math.pi),
        )
    if activation == "silu":
        return lambda u: u * sigmoid(u), lambda u: sigmoid(u) * (1 + u * (1 - sigmoid(u)))
    raise ValueError(f"no Gaussian integrals for activation {activation!r}")


def pointwise(activation: str) -> tuple[Callable[[Array], Array], Callable[[Array], Array]]:
    """f and f' of any activation, elementwise.

    At the kink of a piecewise linear activation, f' is the mean of the slopes on its two sides.
    """
    if activation not in NEGATIVE_SLOPE:
        return smooth(activation)
    s = NEGATIVE_SLOPE[activation]

    def f(u: Array) -> Array:
        return np.where(u > 0, u, s * u)

    def derivative(u: Array) -> Array:
        return np.where(u > 0, 1.0, np.where(u < 0, s, (1 + s) / 2))

    return f, derivative


def cdf(u: Array) -> Array:
    """The normal distribution function Phi(u), by cubic Hermite interpolation to 1e-10."""
    known, density = cdf_table()
    x = np.clip(u, -9.0, 9.0) / CDF_STEP + 9 / CDF_STEP
    i = np.minimum(x.astype(int), len(known) - 2)
    t = x - i
    a, b = known[i], known[i + 1]
    interpolated: Array = (
        a
        + t * t * (3 - 2 * t) * (b - a)
        + t * (1 - t) * ((1 - t) * density[i] - t * density[i + 1])
    )
    return interpolated


@cache
def cdf_table() -> tuple[Array, Array]:
    """Phi at multiples of CDF_STEP in [-9, 9], and its derivative there times CDF_STEP."""
    u = np.arange(-9.0, 9.0 + CDF_STEP / 2, CDF_STEP)
    known = np.array([0.5 * math.erfc(-x / math.sqrt(2)) for x in u])
    return known, CDF_STEP * np.exp(-u * u / 2) / math.sqrt(2 * math.pi)


def sigmoid(u: Array) -> Array:
    """1 / (1 + e^-u), without overflow."""
    return 0.5 * (1 + np.tanh(u / 2))
