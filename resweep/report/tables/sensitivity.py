"""The tables of sensitivity: slopes and windows, depth laws, critical scales."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TypeVar

from resweep.analysis.sensitivity import Critical, DepthLaw, Sensitivity, Survey
from resweep.report import shared_fields
from resweep.report.marks import UNTRAINED
from resweep.report.numbers import DASH, number
from resweep.report.sheet import Sheet
from resweep.report.tables.entries import Entry, field_entries, table

R = TypeVar("R", Sensitivity, DepthLaw, Critical)
NONE = Sheet(
    "no sensitivity to show: it takes runs that differ in multiplier, c or blocks and in nothing "
    "else but the seed",
    (),
    (),
)
GROWTHS = {
    "forward_growth": "forward",
    "backward_growth": "backward",
    "grad_norm_ratio": "gradient",
}
SLOPE_NOTES = (
    "slopes: least squares of log10 on log10, one point a run, ± standard error",
    "trainable: more than half of the runs end ok (* probed only: ok means finite); its edges lie "
    "half-way between the last ok value and the next; < and >: the measured range ends first, so "
    "that the decades are a lower bound",
)
LAW_NOTES = (
    "log10 growth = a + b f(L): constant f = 0, power f = log10 L, exp-root f = √L, "
    "exponential f = L",
    "AICc: with a level for each seed; ?: not clear, which takes depths that span a factor of 10, "
    "a law that a test of its fit does not reject, and a next law more than 6 behind",
)
CRITICAL_NOTES = ("largest value that trains; >: the measured range ends before the window does",)


def sheets(survey: Survey) -> Iterator[Sheet]:
    """Yield the tables of one dataset that have rows."""
    data = shared_fields.data_name(survey.dataset, survey.fingerprint)
    if survey.sensitivities:
        yield slopes_table(survey.sensitivities, data)
    if survey.depth_laws:
        yield laws_table(survey.depth_laws, data)
    if survey.criticals:
        yield critical_table(survey.criticals, data)


def slopes_table(sensitivities: Sequence[Sensitivity], data: str) -> Sheet:
    """Return a table with a row per arm and axis.

    It shows the measured range, the slopes of three growths with their standard errors, and the
    trainable window.
    """
    entries: list[Entry[Sensitivity]] = [
        *_arm_entries(sensitivities, axes=("multiplier", "c")),
        Entry("axis", lambda s: s.axis, justify="left"),
        Entry("range", _range, rank=3),
        Entry("runs", lambda s: str(sum(point.n for point in s.points)), rank=4),
        Entry("d log forward\n/ d log axis", partial(_slope, metric="forward_growth"), rank=1),
        Entry("d log backward\n/ d log axis", partial(_slope, metric="backward_growth"), rank=2),
        Entry("d log gradient\n/ d log axis", partial(_slope, metric="grad_norm_ratio"), rank=5),
        Entry("trainable", _trainable, justify="left"),
        Entry("decades", _decades),
    ]
    return table(
        f"sensitivity by arm on {data}",
        entries,
        sensitivities,
        shared_fields.shared([s.experiment for s in sensitivities]),
        SLOPE_NOTES,
    )


def laws_table(depth_laws: Sequence[DepthLaw], data: str) -> Sheet:
    """Return a table with a row per arm and metric: the best law over depth and the next best."""
    doubted = any(law.doubt for law in depth_laws)
    entries: list[Entry[DepthLaw]] = [
        *_arm_entries(depth_laws, axes=("blocks",)),
        Entry("metric", lambda law: GROWTHS[law.metric], justify="left"),
        Entry("L", lambda law: f"{min(law.depths)}..{max(law.depths)}", rank=2),
        Entry("runs", lambda law: str(len(law.depths)), rank=4),
        Entry("law", _law, justify="left"),
        Entry("rate b", lambda law: _with_error(law.best.rate, law.best.rate_stderr), rank=1),
        Entry("R²", _r2, rank=1),
        Entry("next\nlaw", lambda law: law.laws[1].name, rank=3, justify="left"),
        Entry("behind\nby AICc", lambda law: number(law.laws[1].delta), rank=3),
        Entry("not clear", lambda law: law.doubt or DASH, rank=5, justify="left", shown=doubted),
    ]
    return table(
        f"growth over depth on {data}",
        entries,
        depth_laws,
        shared_fields.shared([law.experiment for law in depth_laws]),
        LAW_NOTES,
    )


def critical_table(criticals: Sequence[Critical], data: str) -> Sheet:
    """Return a table with a row per arm and axis.

    It shows the largest trainable value at each depth L, and the slope of its logarithm on log L.
    """
    depths: set[int] = set()
    for critical in criticals:
        depths.update(depth for depth, _, _ in critical.edges)
    entries: list[Entry[Critical]] = [
        *_arm_entries(criticals, axes=("multiplier", "c", "blocks")),
        Entry("axis", lambda critical: critical.axis, justify="left"),
    ]
    for depth in sorted(depths):
        entries.append(Entry(f"L={depth}", partial(_edge, depth=depth), rank=1))
    entries.append(Entry("d log axis\n/ d log L", _critical_slope))
    return table(
        f"critical scale against depth on {data}",
        entries,
        criticals,
        shared_fields.shared([critical.experiment for critical in criticals]),
        CRITICAL_NOTES,
    )


def _arm_entries(records: Sequence[R], axes: Sequence[str]) -> Iterator[Entry[R]]:
    """The arm, and the fields that differ between the records and are not among the `axes`."""
    experiments = [record.experiment for record in records]
    without = (*shared_fields.IN_LABEL, "seed", *axes)
    fields = shared_fields.columns(experiments, without)
    vital = shared_fields.vital(experiments, [record.arm for record in records], fields)
    yield Entry("arm", lambda record: record.arm, fold=True, justify="left")
    yield from field_entries(fields, experiments, lambda record: record.experiment, vital)


def _range(sensitivity: Sensitivity) -> str:
    first, last = sensitivity.points[0], sensitivity.points[-1]
    return f"{number(first.value)}..{number(last.value)}"


def _slope(sensitivity: Sensitivity, *, metric: str) -> str:
    for slope in sensitivity.slopes:
        if slope.metric == metric:
            return _with_error(slope.slope, slope.stderr)
    return DASH


def _critical_slope(critical: Critical) -> str:
    if critical.slope is None:
        return DASH
    return _with_error(critical.slope.slope, critical.slope.stderr)


def _with_error(value: float, error: float | None) -> str:
    return number(value) if error is None else f"{number(value)} ± {number(error, 2)}"


def _trainable(sensitivity: Sensitivity) -> str:
    """The window in words, with < and > where the measured range ends before the window does."""
    window = sensitivity.window
    if window is None:
        return "nowhere"
    low = _bounded("<", window.low, window.low_open)
    high = _bounded(">", window.high, window.high_open)
    text = f"{low} to {high}"
    return text if window.trained else text + UNTRAINED


def _decades(sensitivity: Sensitivity) -> str:
    window = sensitivity.window
    if window is None:
        return "0"
    return _bounded(">", window.decades, window.low_open or window.high_open)


def _law(law: DepthLaw) -> str:
    return law.best.name if law.clear else f"{law.best.name}?"


def _r2(law: DepthLaw) -> str:
    """How much of the variance the law explains; a constant explains none."""
    return DASH if law.best.name == "constant" else number(law.best.r2)


def _edge(critical: Critical, *, depth: int) -> str:
    for blocks, value, is_open in critical.edges:
        if blocks == depth:
            return _bounded(">", value, is_open)
    return DASH


def _bounded(mark: str, value: float, is_open: bool) -> str:
    """A value, after a mark where it is only a bound."""
    return mark + number(value) if is_open else number(value)
