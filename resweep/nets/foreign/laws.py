"""The initialization law that the values of a weight look like, told from the values alone.

The shape of the distribution comes from its kurtosis and its largest value: a normal distribution
cut at k sigma has no value beyond k, and with N values an uncut one has some beyond r where
N P(|w| > r) is large. The scale comes from n Var[w], n the fan-in, beside the laws of `candidates`;
a law whose normal draws are cut is met by the variance before or after the cut.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from resweep.nets.probes._numbers import widened
from resweep.nets.streams import generator
from resweep.outcome.inspection import Law

SAMPLE = 1 << 18  # values that are looked at; their variance is known to 0.3 %
RUN = 256
FEW = 64  # values from which no shape can be told
EXPECTED = 14.0  # values beyond the largest that a normal law would have: e^-14 is no chance
CLOSE = 0.03  # relative difference of variances that may be rounding of constants in a recipe
DEVIATIONS = 4.0


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


def candidates(fan_in: float, fan_out: float, blocks: int) -> Iterator[tuple[str, float]]:
    """Yield the known laws by name with their variance; `blocks` is L, 0 where it is not known."""
    yield "he, fan-in", 2 / fan_in
    yield "lecun, fan-in", 1 / fan_in
    yield "torch's default", 1 / (3 * fan_in)
    yield "glorot", 2 / (fan_in + fan_out)
    yield "glorot of q, k, v packed", 2 / (fan_in + 3 * fan_out)
    yield "he, fan-out", 2 / fan_out
    yield "std 0.02", 0.02**2
    yield "std 0.01", 0.01**2
    if blocks > 1:
        yield "depth-scaled 1/(n L)", 1 / (fan_in * blocks)
        yield "depth-scaled 2/(n L)", 2 / (fan_in * blocks)
        yield "std 0.02 / sqrt(L)", 0.02**2 / blocks
        yield "depth-scaled 1/(n L^2)", 1 / (fan_in * blocks**2)


def law(
    tensor: Tensor, fan_in: float, fan_out: float, blocks: int = 0, seen: Values | None = None
) -> Law:
    """Return the law nearest to the values of a weight.

    Arguments:
        tensor: the weight; if it may be orthogonal its first axis is that of the outputs.
        fan_in, fan_out: its fans.
        blocks: the number L of branches of the network.
        seen: its values, where they were looked at before.
    """
    seen = seen or values(tensor)
    if seen.variance == 0 or not math.isfinite(seen.variance):
        return Law(f"constant {seen.mean:g}", math.nan, seen.mean == 0, "constant")
    if orthogonal(tensor):
        return Law("orthogonal", 1.0, True, "orthogonal")
    shape, cut = distribution(seen)
    before = seen.variance / narrowed(cut) if cut is not None else seen.variance
    known = list(candidates(fan_in, fan_out, blocks))
    if shape == "uniform":  # where two laws agree, the uniform one is torch's default
        known.sort(key=lambda pair: pair[0] != "torch's default")
    ratios: list[tuple[str, float]] = []
    for name, variance in known:
        ratios.extend((name, found / variance) for found in {seen.variance, before})
    tolerance = max(CLOSE, DEVIATIONS * seen.error)
    met = [pair for pair in ratios if abs(math.log(pair[1])) < tolerance]
    unit = max(CLOSE / DEVIATIONS, seen.error)  # laws nearer to each other are not told apart
    name, ratio = min(met or ratios, key=lambda pair: int(abs(math.log(pair[1])) / unit))
    return Law(f"{name}, {described(shape, cut)}", ratio, bool(met), shape, cut)


def described(shape: str, cut: float | None) -> str:
    """The shape of a distribution in words."""
    return shape if cut is None else f"normal cut at {cut:.2g} sigma"


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
