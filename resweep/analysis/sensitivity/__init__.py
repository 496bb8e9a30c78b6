"""Sensitivity to the scale of the weights: slopes, trainable windows, depth laws, critical values.

Everything is computed from the groups of a comparison (`resweep.analysis.compare.Group`), so that
groups read from a store and groups made from outcomes give the same numbers.
"""

from collections.abc import Iterable, Sequence

from resweep.analysis.compare import Group, by_data
from resweep.analysis.sensitivity.along import GROWTHS, sensitivity, slope, trainable
from resweep.analysis.sensitivity.depth import critical, depth_law
from resweep.analysis.sensitivity.families import AXES, Family, families, some
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
from resweep.experiment import differing

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
        found = planes(members, _fields(members))
        grids = tuple(grid(family, axis, "blocks", metric) for axis, family in found)
        result.append(Survey(_dataset(first), first.fingerprint, (), (), (), grids))
    return result


def planes(groups: Sequence[Group], fields: Sequence[str]) -> list[tuple[str, Family]]:
    """Every family that varies both along an axis of scale and over depth, with that axis.

    `fields` are those in which groups differ.
    """
    result = []
    for axis in AXES:
        for family in families(groups, ("blocks", axis), differing=fields):
            result.append((axis, family))
    return result


def survey(groups: Sequence[Group], metric: str, most: int | None = None) -> Survey:
    """What the arms of one dataset show along `multiplier`, `c` and `blocks`, where they vary.

    `most` bounds the kinds of arms as in `surveys`.
    """
    fields = _fields(groups)
    sensitivities = []
    for axis in AXES:
        for family in families(groups, (axis,), differing=fields, most=most):
            sensitivities.append(sensitivity(family, axis))
    depth_laws: list[DepthLaw | None] = []
    for family in families(groups, ("blocks",), 3, fields, most):
        depth_laws.extend(depth_law(family, growth) for growth in GROWTHS)
    over_depth = some(planes(groups, fields), most)
    edges = [critical(family, axis) for axis, family in over_depth]
    return Survey(
        _dataset(groups[0]),
        groups[0].fingerprint,
        sensitivities=tuple(sensitivities),
        depth_laws=tuple(law for law in depth_laws if law is not None),
        criticals=tuple(edge for edge in edges if edge is not None),
        grids=tuple(grid(family, axis, "blocks", metric) for axis, family in over_depth),
    )


def _fields(groups: Iterable[Group]) -> tuple[str, ...]:
    """The fields in which groups differ."""
    return differing([group.experiment for group in groups if group.experiment])


def _dataset(group: Group) -> str:
    return group.experiment.dataset if group.experiment else ""
