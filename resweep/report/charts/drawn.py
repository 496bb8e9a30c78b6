"""From what was computed to the charts that show it."""

import math
from collections.abc import Iterable, Sequence

from resweep.analysis.arm_profiles import ArmProfile
from resweep.analysis.curves import LearningCurve
from resweep.analysis.profiles import RunProfile
from resweep.analysis.sensitivity import Critical, DepthLaw, Grid, GridCell, Law, Sensitivity
from resweep.report.charts.chart import COLOURS, Axis, Chart, HeatMap, Line, Square
from resweep.report.marks import SYMBOLS
from resweep.report.numbers import fixed, number, setting

CURVES = {
    "train_loss": ("training loss", "mean cross-entropy (nats)"),
    "test_loss": ("test loss", "mean cross-entropy (nats)"),
    "test_accuracy": ("test accuracy", "fraction correct"),
}
SERIES = {
    "forward_second_moment": ("forward second moment", "E[z²]"),
    "forward_variance": ("forward variance", "Var z"),
    "forward_mean": ("forward mean", "E[z]"),
    "backward_second_moment": ("backward second moment", "E[δ²], last block 1"),
    "grad_norm": ("gradient norm", "‖∂E/∂W‖"),
    "input_similarity": ("similarity of inputs", "mean cosine"),
}
GROWTHS = {
    "log10_forward_growth": ("forward growth", "E[z²], last block : stem"),
    "log10_backward_growth": ("backward growth", "E[δ²], stem : last block"),
    "log10_grad_norm_ratio": ("gradient ratio", "‖∂E/∂W‖, first : last block"),
}

THEORY = (
    "predicted from the moments measured at the stem of the first seed",
    "√(E[δ²] E[z²]) as predicted, its size fitted (no such theory with batch normalization)",
)


def learning(curves: Sequence[LearningCurve]) -> Chart:
    """The mean curves of several arms with one standard deviation to each side (Taki 2017, Fig. 2)."""
    name, unit = CURVES[curves[0].metric]
    lines = tuple(
        Line(
            label=curve.arm,
            x=tuple(map(float, curve.epochs)),
            y=curve.mean,
            low=tuple(m - (s or 0) for m, s in zip(curve.mean, curve.std, strict=True)),
            high=tuple(m + (s or 0) for m, s in zip(curve.mean, curve.std, strict=True)),
            colour=colour,
            marked=len(curve.epochs) < 25,
        )
        for colour, curve in enumerate(curves)
    )
    caption = f"Mean over seeds ± one sample standard deviation; {counts((c.arm, max(c.n)) for c in curves)}."
    slug = f"learning-{dashed(curves[0].metric)}"
    return Chart(slug, f"{name} by epoch", caption, Axis("epoch"), Axis(unit), lines)


def every_run(curve: LearningCurve) -> Chart:
    """Each run of one arm by itself (Taki 2017, Fig. 3)."""
    name, unit = CURVES[curve.metric]
    lines = tuple(
        Line(
            f"seed {seed}",
            tuple(map(float, curve.epochs)),
            values,
            colour=i % COLOURS,
            dashed=i >= COLOURS,
        )
        for i, (seed, values) in enumerate(curve.runs.items())
    )
    title, caption = (
        f"{name}, every run of {curve.arm}",
        f"Every run of {curve.arm}, n = {len(lines)}.",
    )
    return Chart(
        f"runs-{dashed(curve.metric)}-{slug(curve.arm)}",
        title,
        caption,
        Axis("epoch"),
        Axis(unit),
        lines,
    )


def by_block(profiles: Sequence[ArmProfile]) -> Chart:
    """One series of several arms along the depth: measured with its range over seeds, theory dashed."""
    lines: list[Line] = []
    for colour, found in enumerate(profiles):
        x = tuple(map(float, found.blocks))
        band = (found.low, found.high) if found.n > 1 else ((), ())
        lines.append(Line(found.arm, x, found.median, *band, colour=colour))
        if found.predicted:
            lines.append(
                Line(
                    f"{found.arm}, predicted",
                    x,
                    found.predicted,
                    colour=colour,
                    dashed=True,
                    listed=False,
                )
            )
    spread = (
        "median over seeds, band from lowest to highest"
        if any(p.n > 1 for p in profiles)
        else "one run an arm"
    )
    theory = (
        f"; dashed: {THEORY[profiles[0].name == 'grad_norm']}"
        if any(p.predicted for p in profiles)
        else ""
    )
    caption = f"At initialization: {spread}{theory}; {counts((p.arm, p.n) for p in profiles)}."
    return _series_chart(profiles[0].name, profiles[0].log10, caption, tuple(lines))


def of_run(profile: RunProfile) -> list[Chart]:
    """Each series of one run, measured and predicted."""
    found = []
    for series in profile.series:
        x = tuple(float(series.first + i) for i in range(len(series.measured)))
        lines = [Line("measured", x, series.measured)]
        lines += (
            [Line("predicted", x, series.predicted, colour=1, dashed=True)]
            if series.predicted
            else []
        )
        caption = f"Run {profile.outcome.experiment.key[:8]} at initialization."
        found.append(_series_chart(series.name, series.log10, caption, tuple(lines)))
    return found


def _series_chart(name: str, log: bool, caption: str, lines: tuple[Line, ...]) -> Chart:
    title, unit = SERIES.get(name, (name.replace("_", " "), ""))
    return Chart(dashed(name), f"{title} by block", caption, Axis("block"), Axis(unit, log), lines)


def sensitivity(found: Sequence[Sensitivity], metric: str) -> Chart:
    """log growth against log of the axis, one line an arm; its slope is the sensitivity."""
    name, unit = GROWTHS[metric]
    lines = []
    for colour, arm in enumerate(found):
        points = [
            (p.value, getattr(p, metric))
            for p in arm.points
            if p.value > 0 and getattr(p, metric) is not None
        ]
        slope = next((s.slope for s in arm.slopes if f"log10_{s.metric}" == metric), None)
        label = arm.arm if slope is None else f"{arm.arm}, slope {number(slope)}"
        x = tuple(math.log10(value) for value, _ in points)
        lines.append(Line(label, x, tuple(y for _, y in points), colour=colour, marked=True))
    axis = found[0].axis
    caption = f"Median over seeds at each {axis}; the slope is of least squares through the logarithms of all runs."
    title = f"{name} by {axis}"
    return Chart(
        f"sensitivity-{dashed(metric[6:])}",
        title,
        caption,
        Axis(axis, log=True),
        Axis(unit, log=True),
        tuple(lines),
    )


def depth_law(found: Sequence[DepthLaw]) -> Chart:
    """Measured log growth over depth, and the best law through it, dashed."""
    name, unit = GROWTHS[f"log10_{found[0].metric}"]
    lines = []
    for colour, law in enumerate(found):
        x = tuple(map(float, law.depths))
        lines.append(Line(law.arm, x, law.log10, colour=colour, marked=True, joined=False))
        low, high = min(x), max(x)
        grid = tuple(low + (high - low) * i / 60 for i in range(61))
        y = tuple(along(law.best, depth) for depth in grid)
        lines.append(Line(f"{law.arm}, {law.best.name}", grid, y, colour=colour, dashed=True))
    caption = (
        "One point a run; dashed: the best of the laws constant, power, exp of √L, exponential."
    )
    slug = f"depth-law-{dashed(found[0].metric)}"
    return Chart(
        slug, f"{name} by depth", caption, Axis("blocks L"), Axis(unit, log=True), tuple(lines)
    )


def along(law: Law, depth: float) -> float:
    """The fitted law at one depth: intercept + rate f(L)."""
    shape = {
        "constant": 0.0,
        "power": math.log10(depth),
        "exp-root": math.sqrt(depth),
        "exponential": depth,
    }
    return law.intercept + law.rate * shape[law.name]


def critical(found: Sequence[Critical]) -> Chart:
    """The largest trainable value of an axis at each depth."""
    lines = []
    for colour, arm in enumerate(found):
        edges = [
            (math.log10(depth), math.log10(value)) for depth, value, _ in arm.edges if value > 0
        ]
        x, y = (tuple(e[i] for e in edges) for i in (0, 1))
        slope = f", slope {number(arm.slope.slope)}" if arm.slope else ""
        lines.append(Line(f"{arm.arm}{slope}", x, y, colour=colour, marked=True))
    axis = found[0].axis
    open_ones = sum(is_open for arm in found for *_, is_open in arm.edges)
    bound = (
        f" At {open_ones} of the depths it is a lower bound: the range ended first."
        if open_ones
        else ""
    )
    caption = f"Largest {axis} at which runs end ok.{bound}"
    title = f"critical {axis} by depth"
    return Chart(
        f"critical-{axis}",
        title,
        caption,
        Axis("blocks L", log=True),
        Axis(axis, log=True),
        tuple(lines),
    )


def heat_map(grid: Grid) -> HeatMap:
    """A metric over two fields; growths by their logarithm, cells without an ok run marked by their status."""
    log = grid.metric.endswith(("growth", "ratio"))
    squares = tuple(
        tuple(_square(grid, cell, i, j, log) if cell else None for j, cell in enumerate(row))
        for i, row in enumerate(grid.cells)
    )
    rows, columns = (
        tuple(map(setting, values)) for values in (grid.row_values, grid.column_values)
    )
    name = grid.metric.replace("_", " ")
    seeds = {cell.n for row in grid.cells for cell in row if cell}
    n = (
        f"n = {min(seeds)}" + (f" to {max(seeds)}" if len(seeds) > 1 else "") + " runs a cell"
        if seeds
        else ""
    )
    caption = f"Mean over seeds of {grid.arm}; {n}. Marked cells hold a run that did not end ok."
    title = f"{name} of {grid.arm} by {grid.rows} and {grid.columns}"
    slug_ = f"heat-{dashed(grid.metric)}-{slug(grid.arm)}-{grid.rows}-{grid.columns}"
    return HeatMap(
        slug_, title, caption, name, grid.rows, grid.columns, rows, columns, squares, log
    )


def _square(grid: Grid, cell: GridCell, i: int, j: int, log: bool) -> Square:
    worst = max((s for s in cell.statuses if s != "ok"), key=lambda s: cell.statuses[s], default="")
    text = "" if cell.mean is None else number(cell.mean, 2) if log else fixed(cell.mean)
    value = cell.mean
    if log and value is not None:
        value = math.log10(value) if value > 0 else None
    statuses = ", ".join(f"{count} {status}" for status, count in cell.statuses.items())
    where = f"{grid.rows} {setting(grid.row_values[i])}, {grid.columns} {setting(grid.column_values[j])}"
    return Square(value, text, SYMBOLS.get(worst, ""), f"{where}: {text or 'no value'}; {statuses}")


def counts(arms: Iterable[tuple[str, int]]) -> str:
    """`n = 3 each`; each arm's own count where they are few; else their range."""
    found = list(arms)
    least, most = min(n for _, n in found), max(n for _, n in found)
    if least == most:
        return f"n = {least}{' each' if len(found) > 1 else ''}"
    return (
        f"n = {least} to {most}"
        if len(found) > 3
        else ", ".join(f"{arm} n = {n}" for arm, n in found)
    )


def dashed(name: str) -> str:
    return name.replace("_", "-")


def slug(arm: str) -> str:
    """An arm's name as part of a file's name."""
    return "".join(ch if ch.isascii() and ch.isalnum() else "-" for ch in arm).strip("-")
