"""The metric against scale or depth as charts, one line for each kind of arm."""

import math
from collections.abc import Sequence

from resweep.analysis.answer import Trend, TrendPoint
from resweep.numerals import shortened
from resweep.report import shared_fields
from resweep.report.charts.chart import COLOURS, Axis, Chart, ChartLine, evenly
from resweep.report.file_names import file_stem

NAMES = {"blocks": "depth"}


def trend_charts(trends: Sequence[Trend], metric: str) -> list[Chart]:
    """One chart for each axis along which arms differ; scale and depth are logarithmic."""
    by_axis: dict[str, list[Trend]] = {}
    for trend in trends:
        by_axis.setdefault(trend.axis, []).append(trend)
    return [_chart(axis, group, metric.replace("_", " ")) for axis, group in by_axis.items()]


def _chart(axis: str, trends: Sequence[Trend], metric: str) -> Chart:
    shown = _spread(trends)
    labels = [trend.arm for trend in shown]
    names = shared_fields.names([trend.experiment for trend in shown], labels)
    positive = all(point.value > 0 for trend in shown for point in trend.points)
    lines = []
    for colour, (trend, name) in enumerate(zip(shown, shortened(names), strict=True)):
        lines.append(_line(trend.points, name, colour, log=positive))
    caption = (
        "Mean over the runs that did not fail, bar: 95% interval. Arms without any have no point; "
        "points of one place stand side by side."
    )
    if len(shown) < len(trends):
        caption += f" {len(shown)} of {len(trends)} kinds of arms are drawn, from best to worst."
    axis_name = NAMES.get(axis, axis)
    label = "blocks L" if axis == "blocks" else axis
    return Chart(
        slug=file_stem(metric, "by", axis_name),
        title=f"{metric} by {axis_name}",
        caption=caption,
        x=Axis(label, log=positive, whole=axis == "blocks"),
        y=Axis(metric),
        lines=tuple(lines),
    )


def _line(points: Sequence[TrendPoint], label: str, colour: int, log: bool) -> ChartLine:
    x, y, low, high = [], [], [], []
    for point in points:
        mean = math.nan if point.mean is None else point.mean
        x.append(math.log10(point.value) if log else point.value)
        y.append(mean)
        low.append(mean if point.low is None else point.low)
        high.append(mean if point.high is None else point.high)
    band = (tuple(low), tuple(high)) if low != y else ((), ())
    return ChartLine(label, tuple(x), tuple(y), *band, colour=colour, marked=True, barred=True)


def _spread(trends: Sequence[Trend]) -> Sequence[Trend]:
    """As many trends as have colours, evenly from the highest last mean to the lowest."""
    if len(trends) <= COLOURS:
        return trends
    return evenly(sorted(trends, key=_last_mean, reverse=True), COLOURS)


def _last_mean(trend: Trend) -> float:
    means = [point.mean for point in trend.points if point.mean is not None]
    return means[-1]
