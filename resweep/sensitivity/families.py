"""Arms that differ in one field beside the seed, which is what a slope, a window or a law is drawn through."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from resweep.arms import label
from resweep.compare import Group
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
    rest = [name for name in FIELDS if name not in (*axes, "seed")]
    found: dict[tuple[object, ...], list[Group]] = {}
    for group in groups:
        if group.experiment is not None:
            key = (group.fingerprint, *(getattr(group.experiment, name) for name in rest))
            found.setdefault(key, []).append(group)
    return [_family(members, axes) for members in found.values() if _spread(members, axes) >= least]


def decades(value: float) -> float:
    """log10, -inf for 0."""
    return math.log10(value) if value > 0 else -math.inf


def _family(members: Sequence[Group], axes: Sequence[str]) -> Family:
    first = members[0].experiment
    assert first is not None
    common = first.model_copy(update={name: Experiment.model_fields[name].default for name in axes})
    ordered = sorted(members, key=lambda g: tuple(getattr(g.experiment, name) for name in axes))
    return Family(label(common), common, members[0].fingerprint, tuple(ordered))


def _spread(members: Sequence[Group], axes: Sequence[str]) -> int:
    return min(len({getattr(group.experiment, name) for group in members}) for name in axes)
