"""The largest singular value of a linear map that is only known by its products."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

Product = Callable[[Tensor], Tensor]


def largest_singular_value(
    forward: Product, backward: Product, v: Tensor, steps: int
) -> tuple[float, float]:
    """(sigma, error) of J after `steps` products v -> J v and u -> J^T u, on float64 vectors, from a start v.

    Golub-Kahan bidiagonalization: J V = U B with orthonormal V, U and a small bidiagonal B whose singular values are
    those of J within the space that power iteration walks through; sigma is the largest, never below the one that power
    iteration has reached. Some singular value of J lies within `error` of it, the products' own rounding apart. nan
    where a product is not finite.
    """
    rights, lefts = [v / v.norm()], list[Tensor]()
    diagonal, above = list[float](), list[float]()
    for _ in range(min(steps, len(v))):
        u, alpha = orthogonal(forward(rights[-1]), lefts)
        lefts.append(u)
        diagonal.append(alpha)
        w, beta = orthogonal(backward(u), rights)
        rights.append(w)
        above.append(beta)
        if not beta > 0:
            break
    b = torch.diag(torch.tensor(diagonal, dtype=torch.float64))
    b += torch.diag(torch.tensor(above[:-1], dtype=torch.float64), 1)
    if not (b.isfinite().all() and math.isfinite(above[-1])):
        return math.nan, math.nan
    left, sigma, _ = torch.linalg.svd(b)
    return sigma[0].item(), above[-1] * left[-1, 0].abs().item()


def orthogonal(v: Tensor, basis: list[Tensor]) -> tuple[Tensor, float]:
    """The unit vector along the part of v outside the span of `basis`, and that part's length; 0 below rounding."""
    before = v.norm()
    for _ in range(2):  # once leaves rounding errors of the size of what was removed
        for b in basis:
            v = v - (b @ v) * b
    length = v.norm().item()
    if length <= 1e-12 * before.item():
        return torch.zeros_like(v), 0.0
    return v / length, length
