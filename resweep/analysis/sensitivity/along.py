"""One arm along one axis of scale: slopes of what grows, and the window in which networks train."""

import math
from collections.abc import Sequence
from itertools import groupby

from resweep.analysis.compare import CONFIDENCE, Group, log10s, middle
from resweep.analysis.sensitivity.families import Family, decades
from resweep.analysis.sensitivity.records import Point, Sensitivity, Slope, Window
from resweep.outcome import STATUSES
from resweep.stats.least_squares import spot, through
from resweep.stats.student_t import quantile

GROWTHS = ("forward_growth", "backward_growth", "grad_norm_ratio")


def sensitivity(family: Family, axis: str) -> Sensitivity:
    """Points, slopes and window of `family` along `axis`."""
    along = family.along(axis)
    points = tuple(point(value, group) for value, group in along)
    slopes = tuple(found for metric in GROWTHS if (found := metric_slope(along, metric)))
    window = trainable(points, trained=bool(family.experiment.epochs))
    return Sensitivity(
        family.arm, family.experiment, family.fingerprint, axis, points, slopes, window
    )


def point(value: float, group: Group) -> Point:
    """`ok`: more than half of the runs that did not fail are."""
    statuses: dict[str, int] = {
        status: n for status in STATUSES if (n := group.statuses.count(status))
    }
    judged = len(group.seeds) - statuses.get("error", 0)
    growths = (middle(log10s(group, metric)) for metric in GROWTHS)
    return Point(value, len(group.seeds), statuses, 2 * statuses.get("ok", 0) > judged, *growths)


def metric_slope(along: Sequence[tuple[float, Group]], metric: str) -> Slope | None:
    """The slope of log10 `metric` on log10 of the axis, one point a run; None where there is no line."""
    found = [(decades(value), log10s(group, metric)) for value, group in along]
    return _slope(found, metric)


def slope(pairs: Sequence[tuple[float, float]], metric: str) -> Slope | None:
    """Least squares through (log10 x, log10 y) pairs; those that are not finite are counted and left out."""
    return _slope([(x, (y,)) for x, y in pairs], metric)


def _slope(found: Sequence[tuple[float, Sequence[float]]], metric: str) -> Slope | None:
    finite = [
        (x, known)
        for x, y in found
        if math.isfinite(x) and (known := [v for v in y if math.isfinite(v)])
    ]
    line = through([spot(x, y) for x, y in finite])
    if line is None:
        return None
    reach = (
        None if line.stderr is None else quantile((1 + CONFIDENCE) / 2, line.n - 2) * line.stderr
    )
    low, high = (None, None) if reach is None else (line.slope - reach, line.slope + reach)
    left_out = sum(len(y) for _, y in found) - line.n
    return Slope(
        metric, line.slope, line.intercept, line.stderr, low, high, line.r2, line.n, left_out
    )


def trainable(points: Sequence[Point], trained: bool) -> Window | None:
    """The widest contiguous range of ok points, in decades; None where no point is ok.

    Points where every run failed, and the value 0, say nothing and are passed over.
    """
    judged = [p for p in points if p.value > 0 and p.n > p.statuses.get("error", 0)]
    windows = [
        _window(judged, found[0], found[-1], trained)
        for ok, members in groupby(range(len(judged)), key=lambda i: judged[i].ok)
        for found in [list(members)]
        if ok
    ]
    return max(windows, key=lambda w: w.decades, default=None)


def _window(points: Sequence[Point], first: int, last: int, trained: bool) -> Window:
    low_open, high_open = first == 0, last == len(points) - 1
    low = (
        points[first].value if low_open else _between(points[first - 1].value, points[first].value)
    )
    high = points[last].value if high_open else _between(points[last].value, points[last + 1].value)
    return Window(low, high, math.log10(high / low), low_open, high_open, trained)


def _between(a: float, b: float) -> float:
    return math.sqrt(a) * math.sqrt(b)
