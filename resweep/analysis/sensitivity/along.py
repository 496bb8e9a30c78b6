"""One arm along one axis of scale: slopes of its growths, and the window in which it trains."""

import math
from collections.abc import Sequence

from resweep.analysis.compare import CONFIDENCE, Group, log10s, middle_log10
from resweep.analysis.sensitivity.families import Family, decades
from resweep.analysis.sensitivity.records import Point, Sensitivity, Slope, Window
from resweep.outcome import successes
from resweep.stats.least_squares import spot, through
from resweep.stats.student_t import quantile

GROWTHS = ("forward_growth", "backward_growth", "grad_norm_ratio")


def sensitivity(family: Family, axis: str) -> Sensitivity:
    """Points, slopes and trainable window of `family` along `axis`."""
    along = family.along(axis)
    points = tuple(point(value, group) for value, group in along)
    slopes = [metric_slope(along, metric) for metric in GROWTHS]
    return Sensitivity(
        family.arm,
        family.experiment,
        family.fingerprint,
        axis,
        points,
        slopes=tuple(slope for slope in slopes if slope is not None),
        window=trainable(points, trained=bool(family.experiment.epochs)),
    )


def point(value: float, group: Group) -> Point:
    """The runs of `group` at one `value` of the axis.

    The point is ok where more than half of the runs that did not fail succeeded.
    """
    statuses = group.status_counts()
    judged = len(group.seeds) - statuses.get("error", 0)
    ok = 2 * successes(statuses) > judged
    growths = [middle_log10(group, metric) for metric in GROWTHS]
    return Point(value, len(group.seeds), statuses, ok, *growths)


def metric_slope(along: Sequence[tuple[float, Group]], metric: str) -> Slope | None:
    """The slope of log10 `metric` against log10 of the axis, with one data point per run.

    None where the points define no line.
    """
    return _slope([(decades(value), log10s(group, metric)) for value, group in along], metric)


def slope(pairs: Sequence[tuple[float, float]], metric: str) -> Slope | None:
    """The least-squares line through (log10 x, log10 y) pairs; None where they define none.

    Pairs that are not finite are left out and counted.
    """
    return _slope([(x, (y,)) for x, y in pairs], metric)


def _slope(columns: Sequence[tuple[float, Sequence[float]]], metric: str) -> Slope | None:
    """The line through all values y at their x; each entry of `columns` is one x and its values."""
    spots = []
    given = 0
    for x, values in columns:
        given += len(values)
        finite = [y for y in values if math.isfinite(y)]
        if math.isfinite(x) and finite:
            spots.append(spot(x, finite))
    line = through(spots)
    if line is None:
        return None
    low = high = None
    if line.stderr is not None:
        reach = quantile((1 + CONFIDENCE) / 2, line.n - 2) * line.stderr
        low, high = line.slope - reach, line.slope + reach
    left_out = given - line.n
    return Slope(
        metric, line.slope, line.intercept, line.stderr, low, high, line.r2, line.n, left_out
    )


def trainable(points: Sequence[Point], trained: bool) -> Window | None:
    """The widest contiguous range of ok points, in decades; None where no point is ok.

    `points` ascend along the axis. Those where every run failed, and the value 0, are ignored. Of
    two windows equally wide the lower one counts.
    """
    judged = [p for p in points if p.value > 0 and p.n > p.statuses.get("error", 0)]
    windows = []
    first: int | None = None  # where the present range of ok points starts
    for place, at in enumerate(judged):
        if not at.ok:
            first = None
            continue
        if first is None:
            first = place
        if place + 1 == len(judged) or not judged[place + 1].ok:
            windows.append(_window(judged, first, place, trained))
    return max(windows, key=lambda window: window.decades, default=None)


def _window(points: Sequence[Point], first: int, last: int, trained: bool) -> Window:
    """The window whose ok points are `first` to `last` of `points`."""
    low, high = points[first].value, points[last].value
    low_open, high_open = first == 0, last == len(points) - 1
    if not low_open:
        low = _between(points[first - 1].value, low)
    if not high_open:
        high = _between(high, points[last + 1].value)
    return Window(low, high, math.log10(high / low), low_open, high_open, trained)


def _between(a: float, b: float) -> float:
    """The geometric mean, by a formula whose product cannot overflow."""
    return math.sqrt(a) * math.sqrt(b)
