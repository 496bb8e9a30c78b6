"""Gaussian integrals of an activation, its slope and powers of u, for one variance at a time.

`gaussian` tabulates the three integrals that every recursion needs, for whole maps. What a finite
width adds takes a dozen more, at one variance for each layer. They are trapezoid sums over
u / sqrt(v) in [-9, 9]: exact to rounding for smooth activations, to 1e-4 at a kink.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np

from resweep.nets import gaussian

NODES = np.linspace(-9.0, 9.0, 600)  # none at 0, where slopes may jump
WEIGHTS = np.exp(-(NODES**2) / 2) / np.exp(-(NODES**2) / 2).sum()
HERMITE_2 = NODES**2 - 1
HERMITE_4 = NODES**4 - 6 * NODES**2 + 3


class Integrals(NamedTuple):
    """Means over u ~ N(0, v) of products of f(u), f'(u) and u.

    variance    v
    mean        E[f]
    second      E[f^2]
    slope       E[f'^2]
    u_slope     E[u f']
    uu_slope    E[u^2 f'^2]
    fu_slope    E[f f' u]
    f_slope     E[f f'^2]
    ff_slope    E[f^2 f'^2]
    elasticity  d ln E[f^2] / d ln v
    curvature   v^2 d^2 E[f] / dv^2, and the same of E[f^2]
    third       Cov(f, f^2)
    fourth      Var(f^2) / E[f^2]^2, and its parts of first and second order in Hermite polynomials
    """

    variance: float
    mean: float
    second: float
    slope: float
    u_slope: float
    uu_slope: float
    fu_slope: float
    f_slope: float
    ff_slope: float
    elasticity: float
    curvature: float
    curvature_of_square: float
    third: float
    fourth: tuple[float, float, float]

    def scaled(self, factor: float) -> Integrals:
        """The integrals at factor v, for an activation with f(lambda u) = lambda f(u)."""
        root = math.sqrt(factor)
        return Integrals(
            variance=factor * self.variance,
            mean=root * self.mean,
            second=factor * self.second,
            slope=self.slope,
            u_slope=root * self.u_slope,
            uu_slope=factor * self.uu_slope,
            fu_slope=factor * self.fu_slope,
            f_slope=root * self.f_slope,
            ff_slope=factor * self.ff_slope,
            elasticity=self.elasticity,
            curvature=root * self.curvature,
            curvature_of_square=factor * self.curvature_of_square,
            third=root**3 * self.third,
            fourth=self.fourth,
        )

    def spread(self, cosine: float, kernel: int) -> float:
        """C times the relative variance of sum_c f^2 / C over a window of k^2 pixels.

        `cosine` is the correlation of u at two pixels of the window.
        """
        whole, first, second = self.fourth
        shared = first * cosine + second * cosine**2 + (whole - first - second) * cosine**3
        return shared + (whole - shared) / kernel**2


def integrals(activation: str, variance: float, log_unit: float = 0.0) -> Integrals:
    """The integrals of `activation` at one variance, for u and f in units of e^`log_unit`."""
    if activation in gaussian.NEGATIVE_SLOPE:
        return unit(activation).scaled(variance)
    return quadrature(activation, variance, log_unit)


@cache
def unit(activation: str) -> Integrals:
    """The integrals of a piecewise linear activation at variance 1."""
    return quadrature(activation, 1.0, 0.0)


def quadrature(activation: str, variance: float, log_unit: float) -> Integrals:
    """The integrals by trapezoid sums."""
    value, derivative = gaussian.pointwise(activation)
    scale = math.exp(min(300.0, max(-300.0, log_unit)))
    u = math.sqrt(variance) * NODES
    f, slope = value(scale * u) / scale, derivative(scale * u)
    square = f * f
    second = float(square @ WEIGHTS)
    relative = square / second - 1 if second else 0 * square
    first_order = float((relative * NODES) @ WEIGHTS) ** 2
    second_order = float((relative * HERMITE_2) @ WEIGHTS) ** 2 / 2
    return Integrals(
        variance=variance,
        mean=float(f @ WEIGHTS),
        second=second,
        slope=float((slope * slope) @ WEIGHTS),
        u_slope=float((u * slope) @ WEIGHTS),
        uu_slope=float((u * slope) ** 2 @ WEIGHTS),
        fu_slope=float((f * slope * u) @ WEIGHTS),
        f_slope=float((f * slope * slope) @ WEIGHTS),
        ff_slope=float((f * slope) ** 2 @ WEIGHTS),
        elasticity=float((square * HERMITE_2) @ WEIGHTS) / (2 * second) if second else 0.0,
        curvature=float((f * HERMITE_4) @ WEIGHTS) / 4,
        curvature_of_square=float((square * HERMITE_4) @ WEIGHTS) / 4,
        third=float((f * (square - second)) @ WEIGHTS),
        fourth=(float((relative**2) @ WEIGHTS), first_order, second_order),
    )
