"""What the values of a weight look like: their moments, the shape of their distribution, its cut.

The shape comes from the kurtosis and from the largest value: a normal distribution cut at k sigma
has no value beyond k, and with N values an uncut one has some beyond r where N P(|w| > r) is large.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from resweep.nets.probes._numbers import widened
from resweep.nets.streams import generator

SAMPLE = 1 << 18  # values that are looked at; their variance is known to 0.3 %
RUN = 256
FEW = 64  # values from which no shape can be told
EXPECTED = 14.0  # values beyond the largest that a normal law would have: e^-14 is no chance


@dataclass(frozen=True)
class Values:
    """What the values of a tensor look like; moments are about the mean.

    `count` is how many were looked at, `largest` the largest |w - mean|.
    """

    count: int
    mean: float
    variance: float
    kurtosis: float
    largest: float

    @property
    def error(self) -> float:
        """The relative standard error of the variance."""
        return math.sqrt(max(self.kurtosis - 1, 0.1) / self.count)


def values(tensor: Tensor) -> Values:
    """Return what a tensor's values look like, from at most 2^18 of them.

    Of more, 1,024 runs of 256 neighbours are drawn, which are read faster than single ones.
    """
    flat = tensor.detach().reshape(-1)
    count = flat.numel()
    if count > SAMPLE:
        runs = flat[: count - count % RUN].view(-1, RUN)
        places = torch.randint(len(runs), (SAMPLE // RUN,), generator=generator(0, "sample"))
        flat = runs.index_select(0, places.to(flat.device)).view(-1)
    wide = widened(flat)
    count, mean = wide.numel(), wide.mean()
    wide = wide - mean
    squares = wide.square()
    variance = squares.mean().item()
    fourth = squares.dot(squares).item() / count
    kurtosis = fourth / variance**2 if variance > 0 and variance**2 > 0 else math.nan
    low, high = (end.item() for end in wide.aminmax())
    return Values(count, mean.item(), variance, kurtosis, max(-low, high))


def distribution(seen: Values) -> tuple[str, float | None]:
    """Return the shape of the values, and where a normal distribution is cut, in sigma."""
    if seen.count < FEW:
        return "unknown", None
    reach = seen.largest / math.sqrt(seen.variance)
    error = math.sqrt(24 / seen.count)  # of a normal law's kurtosis
    # A normal law cut below one sigma is flat too, and is not told from a uniform one.
    if reach < math.sqrt(3) * (1 + 1.5 * seen.error) + 0.05:
        return "uniform", None
    if seen.count * math.erfc(reach / math.sqrt(2)) > EXPECTED:
        cut = cut_of(reach)
        return "normal", cut
    if abs(seen.kurtosis - 3) < max(0.1, 5 * error):
        return "normal", None
    return "unknown", None


def narrowed(cut: float) -> float:
    """Return the variance of a standard normal variable that is cut at +-`cut`."""
    density = math.exp(-(cut**2) / 2) / math.sqrt(2 * math.pi)
    return 1 - 2 * cut * density / math.erf(cut / math.sqrt(2))


def cut_of(reach: float) -> float:
    """Return k of a normal variable cut at k sigma whose largest value is `reach` deviations."""
    low, high = 0.05, 8.0
    for _ in range(60):
        middle = (low + high) / 2
        if middle / math.sqrt(narrowed(middle)) < reach:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def orthogonal(tensor: Tensor, rows: int = 16) -> bool:
    """Whether the rows (or columns, of a tall matrix) are orthogonal and of equal length."""
    matrix = tensor.detach().reshape(len(tensor), -1)
    if matrix.shape[0] > matrix.shape[1]:
        matrix = matrix.T
    if len(matrix) < 2:
        return False
    some = widened(matrix[:rows])
    gram = some @ some.T
    scale = gram.diagonal().mean()
    if not scale > 0:
        return False
    return bool(torch.allclose(gram / scale, torch.eye(len(gram), dtype=gram.dtype), atol=1e-4))
