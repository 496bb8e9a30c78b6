"""Arms that differ in one field beside the seed, which is what a slope, a window or a law is drawn through."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from resweep.analysis.compare import Group, labelled
from resweep.arms import DEFAULTS
from resweep.experiment import FIELDS, Experiment

AXES = ("multiplier", "c")


@dataclass(frozen=True)
class Family:
    """Groups along `axes`, everything else equal, on the same data, in ascending order of the axes.

    `experiment` has the axes at their defaults, so that `arm` is the name that all of them share.
    """

    arm: str
    experiment: Experiment
    fingerprint: str
    groups: tuple[Group, ...]

    def along(self, axis: str) -> list[tuple[float, Group]]:
        """(value of the axis, group), ascending."""
        return [(float(getattr(group.experiment, axis)), group) for group in self.groups]


def families(groups: Iterable[Group], axes: Sequence[str], least: int = 2) -> list[Family]:
    """All families along `axes` with at least `least` distinct values of each, in order of first appearance."""
    rest = attrgetter(*(name for name in FIELDS if name not in (*axes, "seed")))
    found: dict[tuple[object, ...], list[Group]] = {}
    for group in groups:
        if group.experiment is not None:
            found.setdefault((group.fingerprint, *rest(group.experiment)), []).append(group)
    spread = [members for members in found.values() if _spread(members, axes) >= least]
    common = [_common(members[0].experiment, axes) for members in spread]
    return [
        Family(arm, experiment, members[0].fingerprint, _ordered(members, axes))
        for arm, experiment, members in zip(labelled(common), common, spread, strict=True)
    ]


def decades(value: float) -> float:
    """log10, -inf for 0."""
    return math.log10(value) if value > 0 else -math.inf


def _common(experiment: Experiment | None, axes: Sequence[str]) -> Experiment:
    assert experiment is not None
    return experiment.model_copy(update={name: DEFAULTS[name] for name in axes})


def _ordered(members: Iterable[Group], axes: Sequence[str]) -> tuple[Group, ...]:
    place = attrgetter(*axes)
    return tuple(sorted(members, key=lambda group: place(group.experiment)))


def _spread(members: Sequence[Group], axes: Sequence[str]) -> int:
    if len(members) == 1:
        return 1
    return min(len({getattr(group.experiment, name) for group in members}) for name in axes)
