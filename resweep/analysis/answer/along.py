"""Arms that differ in some fields alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from resweep.analysis.answer.standing import Standing
from resweep.arms import DEFAULTS, label
from resweep.experiment import Experiment, reader


@dataclass(frozen=True)
class Family:
    """Arms that differ in the family's axes alone.

    `experiment` has these at their defaults.
    """

    experiment: Experiment
    members: tuple[Standing, ...]

    @property
    def arm(self) -> str:
        """The name that all members share, found for the families that are shown."""
        return label(self.experiment)

    def values(self, axis: str) -> list[float]:
        """The distinct values of an axis, in ascending order."""
        return sorted({float(getattr(member.experiment, axis)) for member in self.members})


def families(
    standings: Iterable[Standing], axes: Sequence[str], least: int, differing: Sequence[str]
) -> list[Family]:
    """All families along `axes` that have at least `least` values of the first of these.

    They are in the order of their first members. `differing` are the fields in which arms can
    differ at all.
    """
    if least > 1 and axes[0] not in differing:
        return []
    rest = reader(name for name in differing if name not in (*axes, "seed"))
    parted: dict[tuple[object, ...], list[Standing]] = {}
    for standing in standings:
        parted.setdefault(rest(standing.experiment), []).append(standing)
    defaults = {axis: DEFAULTS[axis] for axis in axes}
    large = [group for group in parted.values() if len(group) >= least]
    spread = [group for group in large if _values(group, axes[0]) >= least]
    common = [group[0].experiment.model_copy(update=defaults) for group in spread]
    return [Family(one, tuple(members)) for one, members in zip(common, spread, strict=True)]


def _values(members: Sequence[Standing], axis: str) -> int:
    return len({getattr(member.experiment, axis) for member in members})
