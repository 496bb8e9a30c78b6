"""The largest singular value of a linear map that is known only by its products with vectors."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

Product = Callable[[Tensor], Tensor]


def largest_singular_value(
    forward: Product, backward: Product, v: Tensor, steps: int
) -> tuple[float, float]:
    """Return (sigma, error) of a matrix J after `steps` products with J and with its transpose.

    Golub-Kahan bidiagonalization, J V = U B: V and U have orthonormal columns, and B is a small
    bidiagonal matrix whose singular values are those of J within the space that power iteration
    explores. sigma is the largest of them, never below the one that power iteration has reached.
    Some singular value of J lies within `error` of it, apart from the products' own rounding. Both
    are nan if a product is not finite.

    Arguments:
        forward: v -> J v, on float64 vectors.
        backward: u -> J^T u.
        v: the vector to begin with.
        steps: how many products of each kind to take at most.
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
    """Return the unit vector along the part of v outside the span of `basis`, and its length.

    A part below rounding counts as 0; the vector is then 0 too.
    """
    before = v.norm()
    for _ in range(2):  # once leaves rounding errors of the size of what was removed
        for b in basis:
            v = v - (b @ v) * b
    length = v.norm().item()
    if length <= 1e-12 * before.item():
        return torch.zeros_like(v), 0.0
    return v / length, length
