"""Sensitivity to the scale of the weights: slopes, trainable windows, depth laws, critical values.

Everything is computed from the groups of a comparison (`resweep.analysis.compare.Group`), so that
groups read from a store and groups made from outcomes give the same numbers.
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from resweep.analysis.compare import Group, by_data
from resweep.analysis.sensitivity.along import GROWTHS, sensitivity, slope, trainable
from resweep.analysis.sensitivity.depth import critical, depth_law
from resweep.analysis.sensitivity.families import AXES, Family, families
from resweep.analysis.sensitivity.grid import grid, grids
from resweep.analysis.sensitivity.records import (
    Critical,
    DepthLaw,
    Grid,
    GridCell,
    Law,
    Point,
    Sensitivity,
    Slope,
    Survey,
    Window,
)

__all__ = [
    "AXES",
    "Critical",
    "DepthLaw",
    "Grid",
    "GridCell",
    "Law",
    "Point",
    "Sensitivity",
    "Slope",
    "Survey",
    "Window",
    "families",
    "grids",
    "maps",
    "sensitivity",
    "slope",
    "survey",
    "surveys",
    "trainable",
]

T = TypeVar("T")


def surveys(groups: Iterable[Group], metric: str, most: int | None = None) -> list[Survey]:
    """One Survey for each dataset and fingerprint among `groups`; `metric` is that of the grids.

    With `most`, at most so many kinds of arms are looked at along each axis, chosen in even steps.
    """
    return [survey(members, metric, most) for members in by_data(groups)]


def maps(groups: Iterable[Group], metric: str) -> list[Survey]:
    """`surveys` with their grids alone, which need no fit."""
    result = []
    for members in by_data(groups):
        first = members[0]
        grids = tuple(grid(family, axis, "blocks", metric) for axis, family in planes(members))
        result.append(Survey(_dataset(first), first.fingerprint, (), (), (), grids))
    return result


def planes(groups: Sequence[Group]) -> list[tuple[str, Family]]:
    """Every family that varies both along an axis of scale and over depth, with that axis."""
    result = []
    for axis in AXES:
        for family in families(groups, ("blocks", axis)):
            result.append((axis, family))
    return result


def survey(groups: Sequence[Group], metric: str, most: int | None = None) -> Survey:
    """What the arms of one dataset show along `multiplier`, `c` and `blocks`, where they vary.

    `most` bounds the kinds of arms as in `surveys`.
    """
    sensitivities = []
    for axis in AXES:
        for family in _some(families(groups, (axis,)), most):
            sensitivities.append(sensitivity(family, axis))
    depth_laws: list[DepthLaw | None] = []
    for family in _some(families(groups, ("blocks",), least=3), most):
        depth_laws.extend(depth_law(family, growth) for growth in GROWTHS)
    over_depth = _some(planes(groups), most)
    edges = [critical(family, axis) for axis, family in over_depth]
    return Survey(
        _dataset(groups[0]),
        groups[0].fingerprint,
        sensitivities=tuple(sensitivities),
        depth_laws=tuple(law for law in depth_laws if law is not None),
        criticals=tuple(edge for edge in edges if edge is not None),
        grids=tuple(grid(family, axis, "blocks", metric) for axis, family in over_depth),
    )


def _some(kinds: Sequence[T], most: int | None) -> Sequence[T]:
    """At most `most` of the kinds, from the first to the last in even steps."""
    if most is None or len(kinds) <= most:
        return kinds
    return [kinds[place * len(kinds) // most] for place in range(most)]


def _dataset(group: Group) -> str:
    return group.experiment.dataset if group.experiment else ""
