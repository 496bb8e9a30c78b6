"""Mean, second moment and length of a tensor in float64, without a copy of it in float64."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import Tensor

from resweep.nets.kernels import moments as native
from resweep.nets.probes._numbers import log10, norm, widened

PIECE = {"cpu": 1 << 15}  # values converted together: 256 KiB in float64
ELSEWHERE = 1 << 22


class Moments(NamedTuple):
    """E[z], E[z^2] and log10 E[z^2], which neither over- nor underflows while z is finite."""

    mean: float
    second: float
    log10: float


NOTHING = Moments(math.nan, math.nan, math.nan)


def moments(z: Tensor) -> Moments:
    """Return the moments of all values of `z`, summed in float64; nan where it has none."""
    with unseen():
        z = z.detach()
        if not z.numel():
            return NOTHING
        mean, second = _summed(z)
        if 0 < second < math.inf:
            return Moments(mean, second, log10(second))
        largest = z.abs().max().item()
        if not 0 < largest < math.inf:
            return Moments(mean, second, log10(second))
        _, scaled = _by_pieces(z, largest)
        return Moments(mean, second, log10(scaled) + 2 * log10(largest))


def length(z: Tensor) -> float:
    """Return the Euclidean norm of all values of `z`, summed in float64."""
    z = z.detach()
    if native.flat(z):
        return math.sqrt(native.sums(z)[1])
    return norm(z).item()


@contextmanager
def unseen() -> Iterator[None]:
    """Hide what is computed within the context from torch's modes, which see the model's alone.

    A mode that looked at every piece would take longer than the sums.
    """
    with torch._C.DisableTorchFunction(), torch._C._DisableTorchDispatch():
        yield


def _summed(z: Tensor) -> tuple[float, float]:
    """Return E[z] and E[z^2]."""
    if native.flat(z):
        linear, square = native.sums(z)
        return linear / z.numel(), square / z.numel()
    return _by_pieces(z)


def _by_pieces(z: Tensor, unit: float = 1.0) -> tuple[float, float]:
    """Return E[z] and E[(z / unit)^2]."""
    if z.dim() == 4 and not z.is_contiguous():
        z = z.permute(0, 2, 3, 1)  # dense where it is in channels-last order
    pieces = z.reshape(-1).split(PIECE.get(z.device.type, ELSEWHERE))
    mean, second = 0.0, 0.0
    for piece in pieces:
        wide = widened(piece)
        mean += wide.sum().item()
        wide = wide / unit if unit != 1 else wide
        second += wide.dot(wide).item()
    return mean / z.numel(), second / z.numel()
