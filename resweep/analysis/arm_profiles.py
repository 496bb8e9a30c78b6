"""RunProfiles -> ArmProfile: one series along the depth, over all runs of an arm."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from resweep.analysis.profiles import ProfileSeries, RunProfile


@dataclass(frozen=True)
class ArmProfile:
    """Median, lowest and highest of series `name` over the `n` runs of an arm that have it, at blocks `first`, ..., L.

    Values are log10 where `log10` says so: -inf is zero, inf beyond float64; nan where no run has a number. `predicted`
    is the median of the runs' predictions (each starts from the moments measured at its own stem), empty for none.
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
        return range(self.first, self.first + len(self.median))


def arm_profile(arm: str, runs: Sequence[RunProfile], name: str) -> ArmProfile | None:
    """The profile of runs that share a setting; None where none of them has the series."""
    found: list[ProfileSeries] = [
        series for run in runs for series in run.series if series.name == name
    ]
    if not found:
        return None
    measured = [series.measured for series in found]
    return ArmProfile(
        arm=arm,
        name=name,
        first=found[0].first,
        log10=found[0].log10,
        n=len(found),
        median=_by_block(measured, median),
        low=_by_block(measured, min),
        high=_by_block(measured, max),
        predicted=_by_block([series.predicted for series in found if series.predicted], median),
    )


def _by_block(
    runs: Sequence[Sequence[float]], summary: Callable[[list[float]], float]
) -> tuple[float, ...]:
    columns = ([x for x in block if not math.isnan(x)] for block in zip(*runs, strict=True))
    return tuple(summary(column) if column else math.nan for column in columns)
