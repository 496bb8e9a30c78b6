"""Arms that differ in one or two fields besides the seed.

Slopes, windows and laws are computed along such families.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from resweep.analysis.compare import Group, labelled
from resweep.arms import DEFAULTS
from resweep.experiment import FIELDS, Experiment, quantity, reader

T = TypeVar("T")
AXES = ("multiplier", "c")


@dataclass(frozen=True)
class Family:
    """Groups that differ in the family's axes alone, in ascending order of these.

    They are measured on the same data. `experiment` has the axes at their defaults, so that `arm`
    is the name that all members share.
    """

    arm: str
    experiment: Experiment
    fingerprint: str
    groups: tuple[Group, ...]

    def along(self, axis: str) -> list[tuple[float, Group]]:
        """The members with their values of `axis`, in ascending order."""
        return [(quantity(group.experiment, axis), group) for group in self.groups]


def families(
    groups: Iterable[Group],
    axes: Sequence[str],
    least: int = 2,
    differing: Sequence[str] = FIELDS,
    most: int | None = None,
) -> list[Family]:
    """The families along `axes` that have at least `least` distinct values of each axis.

    They are in the order in which their first members appear. With `most`, at most so many are
    chosen, from the first to the last in even steps. `differing` are the fields in which groups can
    differ at all, where that is known.
    """
    if least > 1 and not set(axes) <= set(differing):
        return []
    rest = reader(name for name in differing if name not in (*axes, "seed"))
    parted: dict[tuple[object, ...], list[Group]] = {}
    for group in groups:
        if group.experiment is not None:
            place = (group.fingerprint, rest(group.experiment))
            parted.setdefault(place, []).append(group)
    every = [members for members in parted.values() if _values(members, axes) >= least]
    spread = some(every, most)
    common = [_common(members[0].experiment, axes) for members in spread]
    return [
        Family(arm, experiment, members[0].fingerprint, _ordered(members, axes))
        for arm, experiment, members in zip(labelled(common), common, spread, strict=True)
    ]


def some(items: Sequence[T], most: int | None) -> Sequence[T]:
    """At most `most` of the items, from the first to the last in even steps."""
    if most is None or len(items) <= most:
        return items
    return [items[place * len(items) // most] for place in range(most)]


def decades(value: float) -> float:
    """log10 of `value`, -inf for 0."""
    return math.log10(value) if value > 0 else -math.inf


def _common(experiment: Experiment | None, axes: Sequence[str]) -> Experiment:
    assert experiment is not None
    return experiment.model_copy(update={name: DEFAULTS[name] for name in axes})


def _ordered(members: Iterable[Group], axes: Sequence[str]) -> tuple[Group, ...]:
    def place(group: Group) -> list[float]:
        return [quantity(group.experiment, axis) for axis in axes]

    return tuple(sorted(members, key=place))


def _values(members: Sequence[Group], axes: Sequence[str]) -> int:
    """How many distinct values the members have of an axis, of the axis that has the fewest."""
    if len(members) == 1:
        return 1
    distinct = []
    for name in axes:
        distinct.append(len({getattr(group.experiment, name) for group in members}))
    return min(distinct)
