"""Matrices with orthonormal rows, uniformly distributed, made from standard normal ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def orthonormal_rows(standard: Tensor) -> Tensor:
    """Return Q (m, n) with Q Q^T = I from a standard normal matrix (m, n); Q^T Q = I for m > n.

    Q is the transposed QR factor with signs fixed by R's diagonal. Without the signs it would not
    be uniformly distributed (Mezzadri 2007, arXiv math-ph/0609050); torch.nn.init.orthogonal_ does
    the same.
    """
    import torch

    if standard.shape[0] > standard.shape[1]:
        return orthonormal_rows(standard.T).T
    q, r = torch.linalg.qr(standard.T)
    rows: Tensor = (q * r.diagonal().sign()).T
    return rows


def centre_tap(kernel: int) -> int:
    """Return the tap that a "same" convolution multiplies with the pixel itself.

    It is (k - 1) // 2, number 3 of 0..7, and not k // 2.
    """
    return (kernel - 1) // 2
