"""A study as charts: its history, a slice for each field, and all fields side by side."""

import math
from collections.abc import Sequence

from resweep.numerals import counted, shortened
from resweep.plans.trials import Summary, Trial
from resweep.report.charts.chart import Axis, Chart, ChartLine, evenly
from resweep.report.file_names import file_stem
from resweep.report.numbers import setting

LINES = 60  # trials whose fields are drawn side by side
NAMED = 5  # of the best trials that have a colour
BEST, OTHER, INFEASIBLE = 0, 6, 5  # places in the palette
SPREAD = 20.0  # a field whose values differ by such a factor has a logarithmic axis


def study_charts(summary: Summary) -> list[Chart]:
    """The charts of a study; none where fewer than two trials have a value."""
    done = [t for t in summary.trials if t.state == "complete" and _finite(t.value)]
    if len(done) < 2:
        return []
    charts = [history_chart(summary, done)]
    fields = list(dict.fromkeys(name for trial in done for name in trial.params))
    for field in fields:
        chart = slice_chart(summary, done, field)
        if chart:
            charts.append(chart)
    parallel = parallel_chart(summary, done, fields)
    return [*charts, *filter(None, (parallel,))]


def history_chart(summary: Summary, done: Sequence[Trial]) -> Chart:
    """The value of each trial, and the best so far of those that satisfy the constraints."""
    lines = _dots(done, [float(trial.number) for trial in done])
    best: list[tuple[float, float]] = []
    better = max if summary.direction == "maximize" else min
    for trial in done:
        if trial.feasible:
            value = _value(trial)
            best.append((float(trial.number), better(value, best[-1][1]) if best else value))
    if best:
        x, y = zip(*best, strict=True)
        lines.append(ChartLine("best so far", x, y, colour=2, stepped=True))
    metric = summary.metric.replace("_", " ")
    return Chart(
        slug=file_stem("study", summary.name, "history"),
        title=f"{metric} by trial",
        caption=f"{counted(len(done), 'complete trial')} of {len(summary.trials)}.",
        x=Axis("trial", whole=True),
        y=Axis(metric),
        lines=tuple(lines),
    )


def slice_chart(summary: Summary, done: Sequence[Trial], field: str) -> Chart | None:
    """The value over one field; None where its values are not numbers or all the same."""
    having = [trial for trial in done if _number(trial.params.get(field)) is not None]
    values = [float(trial.params[field]) for trial in having]
    whole = all(isinstance(trial.params[field], int) for trial in having)
    if len(having) < len(done) or min(values) == max(values):
        return None
    log = _in_logs(summary, field, values)
    places = [math.log10(value) if log else value for value in values]
    metric = summary.metric.replace("_", " ")
    return Chart(
        slug=file_stem("study", summary.name, "slice", field),
        title=f"{metric} by {field}",
        caption="A dot for each complete trial; the other fields vary too.",
        x=Axis(field, log=log, whole=whole),
        y=Axis(metric),
        lines=tuple(_dots(having, places)),
    )


def parallel_chart(summary: Summary, done: Sequence[Trial], fields: Sequence[str]) -> Chart | None:
    """The fields of each trial side by side, each from its lowest value to its highest.

    None for fewer than two fields.
    """
    if len(fields) < 2:
        return None
    ranked = sorted(done, key=_value, reverse=summary.direction == "maximize")
    shown = evenly(ranked, LINES)
    columns = [_placed(summary, shown, field) for field in fields]
    columns.append(_between([_value(trial) for trial in shown], log=False))
    x = tuple(map(float, range(len(columns))))
    lines = []
    rows = list(enumerate(shown))
    for row, trial in (*rows[NAMED:], *rows[:NAMED]):  # the best above the others
        y = tuple(places[row] for places, _ in columns)
        best = row < NAMED
        colour = OTHER
        if best:
            colour = row
        name = f"trial {trial.number}"
        lines.append(ChartLine(name, x, y, colour=colour, listed=best, faint=not best))
    metric = summary.metric.replace("_", " ")
    spans = [f"{name} {span}" for name, (_, span) in zip((*fields, metric), columns, strict=True)]
    cut = ""
    if len(shown) < len(done):
        cut = f"{len(shown)} of {len(done)} trials, evenly by rank. "
    return Chart(
        slug=file_stem("study", summary.name, "parallel"),
        title="fields of each trial",
        caption=f"{cut}A line for each trial, the best in colour; from the lowest to the highest: "
        f"{'; '.join(spans)}.",
        x=Axis("field", marks=tuple(zip(x, (*fields, "reached"), strict=True))),
        y=Axis("place in its range", marks=((0.0, "lowest"), (1.0, "highest"))),
        lines=tuple(lines),
    )


def _dots(trials: Sequence[Trial], places: Sequence[float]) -> list[ChartLine]:
    """Dots for the trials that satisfy the constraints, and for those that do not."""
    lines = []
    for feasible, label, colour in ((True, "trial", BEST), (False, "not feasible", INFEASIBLE)):
        pairs = [
            (place, _value(trial))
            for trial, place in zip(trials, places, strict=True)
            if trial.feasible == feasible
        ]
        if pairs:
            x, y = zip(*sorted(pairs), strict=True)
            lines.append(ChartLine(label, x, y, colour=colour, marked=True, joined=False))
    return lines


def _in_logs(summary: Summary, field: str, values: Sequence[float]) -> bool:
    """Whether a field is shown by its logarithm: where the study draws that, or it spans much."""
    if min(values) <= 0:
        return False
    drawn = str(summary.definition.get("ranges", {}).get(field, ""))
    return drawn.endswith(":log") or max(values) / min(values) > SPREAD


def _placed(summary: Summary, trials: Sequence[Trial], field: str) -> tuple[list[float], str]:
    """Where each trial's value of a field stands in [0, 1], and the field's span in words.

    Values that are no numbers stand in alphabetical order.
    """
    values = [trial.params.get(field) for trial in trials]
    numbers = [_number(value) for value in values]
    given = [value for value in numbers if value is not None]
    if len(given) == len(values):
        return _between(given, log=_in_logs(summary, field, given))
    texts = [setting(value) if value is not None else "" for value in values]
    order = sorted(set(texts))
    last = max(1, len(order) - 1)
    return [order.index(text) / last for text in texts], ", ".join(filter(None, order))


def _between(values: Sequence[float], *, log: bool) -> tuple[list[float], str]:
    """Where each value stands between the lowest and the highest, and these two in words."""
    low, high = min(values), max(values)
    span = " to ".join(shortened(map(setting, (low, high))))
    if low == high:
        return [0.5] * len(values), span
    if log:
        return [math.log(v / low) / math.log(high / low) for v in values], span
    return [(value - low) / (high - low) for value in values], span


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def _value(trial: Trial) -> float:
    return math.nan if trial.value is None else trial.value


def _finite(value: float | None) -> bool:
    return value is not None and math.isfinite(value)
