"""Numbers out of tensors: float64 sums that stay in the cache, and division and logarithm as IEEE has them."""

import math
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

PIECE = 1 << 16  # values converted together on a CPU: 512 KiB in float64


def pieces(z: Tensor) -> Iterator[Tensor]:
    """z (N, C, H, W) in float64 as (n, H W, C), a few images at a time: a whole copy would leave the cache."""
    images = max(1, PIECE // z[0].numel()) if z.device.type == "cpu" else len(z)
    for some in z.detach().split(images):
        yield some.permute(0, 2, 3, 1).double().reshape(len(some), -1, z.shape[1])


def second_moment(z: Tensor) -> Tensor:
    """Mean square over everything, summed in float64."""
    return torch.stack([p.square().sum() for p in pieces(z)]).sum() / z.numel()


def series(values: Sequence[Tensor]) -> tuple[float, ...]:
    """Scalars brought to the host together."""
    return tuple(torch.stack(list(values)).tolist())


def flat(tensors: Sequence[Tensor]) -> Tensor:
    """All values of all tensors, one after the other."""
    return torch.cat([t.reshape(-1) for t in tensors])


def norm(t: Tensor) -> Tensor:
    return torch.linalg.vector_norm(t.detach(), dtype=torch.float64)


def ratio(above: float, below: float) -> float:
    """above / below as IEEE has it: x/0 is inf, 0/0 and anything with nan is nan."""
    if below:
        return above / below
    return math.nan if not above or math.isnan(above) else math.inf


def log10(x: float) -> float:
    """log10 with log10(0) = -inf."""
    return math.log10(x) if x > 0 else -math.inf if x == 0 else math.nan
