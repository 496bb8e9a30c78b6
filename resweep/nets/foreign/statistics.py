"""Mean and second moment of a tensor in float64, without a copy of it in float64."""

import math
from typing import NamedTuple

from torch import Tensor

from resweep.nets.kernels import moments as native
from resweep.nets.probes._numbers import log10, widened

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
    z = z.detach()
    if not z.numel():
        return NOTHING
    if native.possible(z):
        sums = native.channel_sums(z).sum(1) / z.numel()
        mean, second = sums.tolist()
    else:
        mean, second = _summed(z)
    if 0 < second < math.inf:
        return Moments(mean, second, log10(second))
    largest = z.abs().max().item()
    if not 0 < largest < math.inf:
        return Moments(mean, second, log10(second))
    _, scaled = _summed(z, largest)
    return Moments(mean, second, log10(scaled) + 2 * log10(largest))


def _summed(z: Tensor, unit: float = 1.0) -> tuple[float, float]:
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
