"""The metric of arms that differ in one field alone: in scale, or in depth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from resweep.analysis.answer.along import families
from resweep.analysis.answer.standing import Standing
from resweep.arms import label
from resweep.experiment import Experiment

AXES = ("c", "multiplier", "blocks")


class TrendPoint(NamedTuple):
    """The metric of one arm: mean and 95% interval over its `n` runs that have it and did not fail.

    The mean is None where there is no such run, the interval where one run leaves none.
    """

    value: float
    mean: float | None
    low: float | None
    high: float | None
    n: int
    succeeds: bool


@dataclass(frozen=True)
class Trend:
    """Arms of one kind along `axis`, in ascending order of its values.

    `experiment` is what they have in common, the axis at its default.
    """

    axis: str
    experiment: Experiment
    points: tuple[TrendPoint, ...]

    @property
    def arm(self) -> str:
        """The name that the arms share, found for the trends that are drawn."""
        return label(self.experiment)


def trends(standings: Sequence[Standing], differing: Sequence[str]) -> list[Trend]:
    """The trends along every axis that have at least two means, those with more points first.

    `differing` are the fields in which arms differ.
    """
    found = []
    for axis in AXES:
        for family in families(standings, (axis,), 2, differing):
            points = sorted(
                (_point(member, axis) for member in family.members), key=lambda point: point.value
            )
            if sum(point.mean is not None for point in points) > 1:
                found.append(Trend(axis, family.experiment, tuple(points)))
    return sorted(found, key=lambda trend: (AXES.index(trend.axis), -len(trend.points)))


def _point(standing: Standing, axis: str) -> TrendPoint:
    arm = standing.arm
    value = float(getattr(standing.experiment, axis))
    return TrendPoint(value, arm.mean, arm.ci_low, arm.ci_high, arm.n, standing.succeeds)
