"""Matrices with orthonormal rows, uniformly distributed, out of standard normal ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def orthonormal_rows(standard: Tensor) -> Tensor:
    """Q (m, n) with Q Q^T = I from a standard normal (m, n), m <= n: transposed QR, signs fixed by R's diagonal.

    Without the signs Q would not be uniform (Mezzadri 2007, arXiv math-ph/0609050); torch.nn.init.orthogonal_ does the
    same.
    """
    import torch

    q, r = torch.linalg.qr(standard.T)
    return (q * r.diagonal().sign()).T


def centre_tap(kernel: int) -> int:
    """The tap that a "same" convolution multiplies with the pixel itself: (k-1)//2, which is 3 of 0..7, not k//2."""
    return (kernel - 1) // 2
