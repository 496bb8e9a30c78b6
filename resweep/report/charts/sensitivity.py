"""Sensitivity as charts: growth by scale, growth by depth, and the critical scale by depth."""

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from statistics import median
from typing import TypeVar

from resweep.analysis.sensitivity import Critical, DepthLaw, Law, Sensitivity, Survey
from resweep.report.charts.chart import COLOURS, Axis, Chart, ChartLine, evenly
from resweep.report.charts.survey_names import named
from resweep.report.file_names import file_stem
from resweep.report.numbers import number

T = TypeVar("T")
GROWTHS = {
    "log10_forward_growth": ("forward growth", "E[z²], last block : stem"),
    "log10_backward_growth": ("backward growth", "E[δ²], stem : last block"),
    "log10_grad_norm_ratio": ("gradient ratio", "‖∂E/∂W‖, first : last block"),
}
STEPS = 60  # straight pieces of which the curve of a law is made
MOST_RUNS = 60  # of a law that are drawn one by one; of more, the median at each depth is


def sensitivity_charts(survey: Survey) -> list[Chart]:
    """One chart for each axis and growth that has a finite point, a few arms in it."""
    charts = []
    for records in _grouped(named(survey.sensitivities), lambda record: record.axis):
        for metric in GROWTHS:
            chart = sensitivity_chart(evenly(records, COLOURS), metric)
            if chart.extent():
                charts.append(chart)
    return charts


def depth_law_charts(survey: Survey) -> list[Chart]:
    """One chart for each metric whose growth over depth was fitted, a few arms in it."""
    groups = _grouped(named(survey.depth_laws), lambda law: law.metric)
    return [depth_law_chart(evenly(laws, COLOURS)) for laws in groups]


def critical_charts(survey: Survey) -> list[Chart]:
    """One chart for each axis that has a critical value, a few arms in it."""
    groups = _grouped(named(survey.criticals), lambda critical: critical.axis)
    return [critical_chart(evenly(records, COLOURS)) for records in groups]


def sensitivity_chart(records: Sequence[Sensitivity], metric: str) -> Chart:
    """log growth against log of the axis, one line an arm; its slope is the sensitivity."""
    name, unit = GROWTHS[metric]
    axis = records[0].axis
    lines = [_growth_line(record, metric, colour) for colour, record in enumerate(records)]
    return Chart(
        slug=file_stem("sensitivity", metric.removeprefix("log10_"), axis),
        title=f"{name} by {axis}",
        caption=f"Median over seeds at each {axis}; the slope is of least squares through the "
        "logarithms of all runs.",
        x=Axis(axis, log=True),
        y=Axis(unit, log=True),
        lines=tuple(lines),
    )


def _growth_line(record: Sensitivity, metric: str, colour: int) -> ChartLine:
    """One arm's growth at each value of the axis, its fitted slope in the label."""
    x, y = [], []
    for point in record.points:
        growth = getattr(point, metric)
        if point.value > 0 and growth is not None:
            x.append(math.log10(point.value))
            y.append(growth)
    label = record.arm
    for slope in record.slopes:
        if f"log10_{slope.metric}" == metric:
            label = f"{record.arm}, slope {number(slope.slope)}"
    return ChartLine(label, tuple(x), tuple(y), colour=colour, marked=True)


def depth_law_chart(laws: Sequence[DepthLaw]) -> Chart:
    """Measured log growth over depth, and the best law through it, dashed."""
    name, unit = GROWTHS[f"log10_{laws[0].metric}"]
    singly = all(len(law.depths) <= MOST_RUNS for law in laws)
    measured = "One point a run"
    if not singly:
        measured = f"One point a run, of more than {MOST_RUNS} the median with the range at a depth"
    lines = []
    for colour, law in enumerate(laws):
        label = f"{law.arm}, {law.best.name}{'' if law.clear else '?'}"
        points = _measured(law, label, colour)
        low, high = min(points.x), max(points.x)
        x = tuple(low + (high - low) * step / STEPS for step in range(STEPS + 1))
        y = tuple(along(law.best, depth) for depth in x)
        fit = ChartLine(f"{label}, fitted", x, y, colour=colour, dashed=True, listed=False)
        lines += [points, fit]
    return Chart(
        slug=file_stem("depth-law", laws[0].metric),
        title=f"{name} by depth",
        caption=f"{measured}; dashed: the best of the laws constant, power, exp of √L, "
        "exponential; ?: the data do not tell it from the next.",
        x=Axis("blocks L", whole=True),
        y=Axis(unit, log=True),
        lines=tuple(lines),
        solid="one run" if singly else "median",
        dashed="best law",
    )


def _measured(law: DepthLaw, label: str, colour: int) -> ChartLine:
    """A point for each run or, where they are many, the median and the range at each depth."""
    x = tuple(map(float, law.depths))
    if len(x) <= MOST_RUNS:
        return ChartLine(label, x, law.log10, colour=colour, marked=True, joined=False)
    by_depth: dict[float, list[float]] = {}
    for depth, growth in zip(x, law.log10, strict=True):
        by_depth.setdefault(depth, []).append(growth)
    depths = sorted(by_depth)
    return ChartLine(
        label,
        x=tuple(depths),
        y=tuple(median(by_depth[depth]) for depth in depths),
        low=tuple(min(by_depth[depth]) for depth in depths),
        high=tuple(max(by_depth[depth]) for depth in depths),
        colour=colour,
        marked=True,
        joined=False,
    )


def along(law: Law, depth: float) -> float:
    """The fitted law at one depth L, intercept + rate f(L), in log10."""
    shapes = {
        "constant": 0.0,
        "power": math.log10(depth),
        "exp-root": math.sqrt(depth),
        "exponential": depth,
    }
    return law.intercept + law.rate * shapes[law.name]


def critical_chart(records: Sequence[Critical]) -> Chart:
    """The largest trainable value of an axis at each depth, one line an arm."""
    axis = records[0].axis
    lines = [_critical_line(record, colour) for colour, record in enumerate(records)]
    bounds = 0
    for record in records:
        bounds += sum(is_bound for _, _, is_bound in record.edges)
    caption = f"Largest {axis} at which runs end ok."
    if bounds:
        caption += f" At {bounds} of the depths it is a lower bound: the range ended first."
    return Chart(
        slug=file_stem("critical", axis),
        title=f"critical {axis} by depth",
        caption=caption,
        x=Axis("blocks L", log=True, whole=True),
        y=Axis(axis, log=True),
        lines=tuple(lines),
    )


def _critical_line(record: Critical, colour: int) -> ChartLine:
    """One arm's critical values; a value of 0 has no place on a logarithmic axis."""
    edges = [(depth, value) for depth, value, _ in record.edges if value > 0]
    x = tuple(math.log10(depth) for depth, _ in edges)
    y = tuple(math.log10(value) for _, value in edges)
    label = record.arm
    if record.slope:
        label = f"{record.arm}, slope {number(record.slope.slope)}"
    return ChartLine(label, x, y, colour=colour, marked=True)


def _grouped(records: Iterable[T], key: Callable[[T], str]) -> list[list[T]]:
    """The records that share a key together, in order of the key."""
    return [list(group) for _, group in groupby(sorted(records, key=key), key)]
