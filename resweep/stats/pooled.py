"""One error for several samples whose spreads chance explains."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from resweep.stats.fisher_f import upper
from resweep.stats.student_t import deviation

# A sample whose spread would be this large by chance less often than this keeps out. A test that
# decides whether to pool must be easily alarmed, since few values show little of their spread.
OUTLYING = 0.25


@dataclass(frozen=True)
class Pool:
    """The common standard deviation of the samples at the places `members`.

    It is sqrt(Σ (n_i - 1) s_i² / df) with df = Σ (n_i - 1).
    """

    members: frozenset[int]
    deviation: float
    df: int


def pool(samples: Sequence[Sequence[float]]) -> Pool | None:
    """Pool the spreads of `samples` as far as chance explains that they differ.

    The sample of the largest variance is held against the others together by the one-sided F test,
    whose p value is multiplied by the number of samples (Cochran 1941). If that is below `OUTLYING`
    the sample keeps out, and the next is held against the rest. A sample of one value has no spread
    and keeps out too, as one whose spread is beyond the range of a double. None for fewer than two
    samples that can be pooled.
    """
    deviations = {}
    for place, values in enumerate(samples):
        spread = deviation(values) if len(values) > 1 else math.inf
        if math.isfinite(spread):
            deviations[place] = spread
    unit = _unit(deviations)
    spreads = {}
    for place, spread in deviations.items():
        spreads[place] = ((spread / unit) ** 2, len(samples[place]) - 1)
    total = sum(variance * df for variance, df in spreads.values())
    degrees = sum(df for _, df in spreads.values())
    for place in sorted(spreads, key=lambda place: -spreads[place][0]):
        variance, df = spreads[place]
        if len(spreads) < 2 or not _outlying(variance, df, total, degrees, len(spreads)):
            break
        del spreads[place]
        total -= variance * df
        degrees -= df
    if len(spreads) < 2:
        return None
    common = sum(variance * df for variance, df in spreads.values()) / degrees
    return Pool(frozenset(spreads), common**0.5 * unit, degrees)


def _unit(deviations: Mapping[int, float]) -> float:
    """The power of two next to the largest deviation, in whose units no square overflows."""
    largest = max(deviations.values(), default=0.0)
    return math.ldexp(0.5, math.frexp(largest)[1])


def _outlying(variance: float, df: int, total: float, degrees: int, samples: int) -> bool:
    """Whether a sample's variance is too large beside that of the others together."""
    others = max(total - variance * df, 0.0)
    if others == 0:
        return variance > 0
    ratio = variance * (degrees - df) / others
    return samples * upper(ratio, df, degrees - df) < OUTLYING
