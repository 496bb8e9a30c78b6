"""A profile of a whole arm: one series along the depth, summarized over the arm's runs."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from resweep.analysis.profiles import ProfileSeries, RunProfile


@dataclass(frozen=True)
class ArmProfile:
    """Median, lowest and highest value of the series `name` at the blocks `first`, ..., L.

    They are taken over the `n` runs of the arm that have the series. With `log10` the values are
    logarithms: -inf stands for zero, inf for a value beyond float64. A block where no run has a
    number is nan. `predicted` is the median of the runs' predictions, each of which starts from
    the moments measured at that run's own stem; it is empty where no run has a prediction.
    """

    arm: str
    name: str
    first: int
    log10: bool
    n: int
    median: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    predicted: tuple[float, ...]

    @property
    def blocks(self) -> range:
        """The numbers of the blocks that the values belong to."""
        return range(self.first, self.first + len(self.median))


def arm_profile(arm: str, runs: Sequence[RunProfile], name: str) -> ArmProfile | None:
    """Summarize the series `name` of runs that share a setting; None where no run has it."""
    every: list[ProfileSeries] = []
    for run in runs:
        every.extend(series for series in run.series if series.name == name)
    if not every:
        return None
    measured = [series.measured for series in every]
    predicted = [series.predicted for series in every if series.predicted]
    return ArmProfile(
        arm=arm,
        name=name,
        first=every[0].first,
        log10=every[0].log10,
        n=len(every),
        median=_by_block(measured, median),
        low=_by_block(measured, min),
        high=_by_block(measured, max),
        predicted=_by_block(predicted, median),
    )


def _by_block(
    profiles: Sequence[Sequence[float]], summary: Callable[[list[float]], float]
) -> tuple[float, ...]:
    """`summary` of the numbers that the profiles have at each block, nan where none has one."""
    summaries = []
    for values in zip(*profiles, strict=True):
        numbers = [value for value in values if not math.isnan(value)]
        summaries.append(summary(numbers) if numbers else math.nan)
    return tuple(summaries)
