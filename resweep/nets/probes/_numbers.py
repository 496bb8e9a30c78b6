"""Numbers out of tensors: float64 sums that stay in the cache, IEEE division and logarithm."""

import math
from collections.abc import Iterator, Sequence
from functools import cache

import torch
from torch import Tensor

from resweep.nets.kernels import moments as native

PIECE = 1 << 16  # values converted together on a CPU: 512 KiB in float64


def channels(z: Tensor) -> int:
    """Return which dimension of a state are its channels: 1 of (N, C, ...), 2 of (N, tokens, C)."""
    return 2 if z.dim() == 3 else 1


def pieces(z: Tensor) -> Iterator[Tensor]:
    """Yield z (N, C, H, W) in float64 as (n, H W, C), a few images at a time; tokens as they are.

    A copy of the whole state would leave the cache.
    """
    images = len(z)
    if z.device.type == "cpu":
        images = max(1, PIECE // z[0].numel())
    for some in torch.split(z.detach(), images):
        last = widened(some.movedim(channels(z), -1))
        yield last.reshape(len(some), -1, last.shape[-1])


@cache
def holds_float64(kind: str) -> bool:
    """Whether devices of this kind compute in float64; Apple's GPUs and some of Intel's do not."""
    try:
        return bool(torch.ones(1, dtype=torch.float64, device=kind).sum().item() == 1.0)
    except (RuntimeError, TypeError):
        return False


def widest(kind: str) -> torch.dtype:
    """Return float64, or float32 where devices of this kind have none."""
    return torch.float64 if holds_float64(kind) else torch.float32


def widened(t: Tensor) -> Tensor:
    """Return `t` in float64, on the CPU where its device has none."""
    return t.double() if holds_float64(t.device.type) else t.cpu().double()


def narrowed(t: Tensor, like: Tensor) -> Tensor:
    """Return what was `widened`, in the dtype and on the device of `like`.

    The dtype comes first: a device may not take float64 at all.
    """
    return t.to(like.dtype).to(like.device)


def least(dtype: torch.dtype) -> float:
    """Return the size below which states in `dtype` lose their digits.

    It is the smallest normal number over the epsilon: an epsilon of smaller states is not normal.
    0 for float16, whose range is so narrow that networks live there, as their profiles must show.
    """
    if dtype == torch.float16:
        return 0.0
    about = torch.finfo(dtype)
    return about.smallest_normal / about.eps


def second_moment(z: Tensor) -> Tensor:
    """Return the mean square of all values, summed in float64."""
    if native.possible(z):
        return native.squares(z) / z.numel()
    return torch.stack([p.square().sum() for p in pieces(z)]).sum() / z.numel()


def series(values: Sequence[Tensor]) -> tuple[float, ...]:
    """Return scalars as numbers, brought to the host in one transfer."""
    return tuple(torch.stack(list(values)).tolist())


def flat(tensors: Sequence[Tensor]) -> Tensor:
    """Return all values of all tensors in one vector."""
    return torch.cat([t.reshape(-1) for t in tensors])


def norm(t: Tensor) -> Tensor:
    """Return the Euclidean norm of all values, summed in float64."""
    t = t.detach()
    t = t if holds_float64(t.device.type) else t.cpu()
    length: Tensor = torch.linalg.vector_norm(t, dtype=torch.float64)
    return length


def ratio(above: float, below: float) -> float:
    """Return above / below as IEEE defines it: x/0 is inf; 0/0 and anything with nan is nan."""
    if below:
        return above / below
    return math.nan if not above or math.isnan(above) else math.inf


def log10(x: float) -> float:
    """Return log10(x), which is -inf for 0 and nan for nan."""
    if x > 0:
        return math.log10(x)
    return -math.inf if x == 0 else math.nan
