"""Sensitivity to the scale of the initialization: slopes, trainable windows, depth laws, critical scales.

Everything is computed from the groups of a comparison (`resweep.analysis.compare.Group`), so that a store's aggregate
and a list of outcomes give the same numbers.
"""

from collections.abc import Iterable, Sequence

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


def surveys(groups: Iterable[Group], metric: str) -> list[Survey]:
    """One Survey for each dataset and fingerprint among `groups`; `metric` is that of the heat maps."""
    return [survey(found, metric) for found in by_data(groups)]


def maps(groups: Iterable[Group], metric: str) -> list[Survey]:
    """`surveys` with nothing but their heat maps, which cost no fit."""
    found = [
        (part[0], [grid(f, axis, "blocks", metric) for axis, f in planes(part)])
        for part in by_data(groups)
    ]
    return [
        Survey(_dataset(first), first.fingerprint, (), (), (), tuple(grids))
        for first, grids in found
    ]


def planes(groups: Sequence[Group]) -> list[tuple[str, Family]]:
    """(axis, family) of everything that varies along an axis of scale and over depth."""
    return [(axis, family) for axis in AXES for family in families(groups, ("blocks", axis))]


def _dataset(group: Group) -> str:
    return group.experiment.dataset if group.experiment else ""


def survey(groups: Sequence[Group], metric: str) -> Survey:
    """What arms of one dataset say, along every axis that they have: `multiplier`, `c`, and `blocks`."""
    first = groups[0]
    over_depth = planes(groups)
    by_depth = families(groups, ("blocks",), least=3)
    laws = (depth_law(family, growth) for family in by_depth for growth in GROWTHS)
    edges = (critical(family, axis) for axis, family in over_depth)
    return Survey(
        _dataset(first),
        first.fingerprint,
        sensitivities=tuple(
            sensitivity(family, axis) for axis in AXES for family in families(groups, (axis,))
        ),
        depth_laws=tuple(law for law in laws if law),
        criticals=tuple(edge for edge in edges if edge),
        grids=tuple(grid(family, axis, "blocks", metric) for axis, family in over_depth),
    )
