"""The tables of sensitivity: slopes and windows, depth laws, critical scales."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TextIO

from resweep.analysis.sensitivity import Critical, DepthLaw, Sensitivity, Slope, Survey, Window
from resweep.experiment import Experiment
from resweep.report import shared_fields
from resweep.report.export.rows import write
from resweep.report.numbers import DASH, number
from resweep.report.sheet import Cell, Column, Sheet
from resweep.report.tables.measured import data

NONE = Sheet(
    "no sensitivity to show: it takes runs that differ in multiplier, c or blocks and in nothing else but the seed",
    (),
    (),
)
HEADERS = {
    "forward_growth": "forward",
    "backward_growth": "backward",
    "grad_norm_ratio": "gradient",
}
HIDDEN = (
    "block",
    "scheme",
    "multiplier",
    "distribution",
    "activation",
    "convs",
)  # said by the arm's name


def sheets(survey: Survey) -> Iterator[Sheet]:
    """The tables of one dataset that have rows."""
    where = data(survey.dataset, survey.fingerprint)
    if survey.sensitivities:
        yield slopes_table(survey.sensitivities, where)
    if survey.depth_laws:
        yield laws_table(survey.depth_laws, where)
    if survey.criticals:
        yield critical_table(survey.criticals, where)


def slopes_table(found: Sequence[Sensitivity], where: str) -> Sheet:
    """One row an arm and axis: the measured range, three slopes with their standard errors, the trainable window."""
    experiments = [s.experiment for s in found]
    fields = _fields(experiments, ("multiplier", "c"))
    columns = (
        Column("arm", fold=True, justify="left"),
        *_columns(found, fields),
        Column("axis", justify="left"),
        Column("range", rank=3),
        Column("runs", rank=4),
        *(
            Column(f"d log {header}\n/ d log axis", rank=rank)
            for rank, header in zip((1, 2, 5), HEADERS.values(), strict=True)
        ),
        Column("trainable", justify="left"),
        Column("decades"),
    )
    rows = tuple(
        (
            Cell(s.arm),
            *(Cell(shared_fields.value(s.experiment, field)) for field in fields),
            Cell(s.axis),
            Cell(f"{number(s.points[0].value)}..{number(s.points[-1].value)}"),
            Cell(str(sum(p.n for p in s.points))),
            *(Cell(_slope(s.slopes, metric)) for metric in HEADERS),
            *_window(s.window),
        )
        for s in found
    )
    notes = (
        "slopes: least squares of log10 on log10, one point a run, ± standard error",
        "trainable: more than half of the runs end ok (* probed only: ok means finite); its edges lie half-way between "
        "the last ok value and the next; < and >: the measured range ends first, so that the decades are a lower bound",
    )
    return Sheet(
        f"sensitivity by arm on {where}", columns, rows, shared_fields.shared(experiments), notes
    )


def laws_table(found: Sequence[DepthLaw], where: str) -> Sheet:
    """One row an arm and metric: the best law over depth, and how far behind the next one is."""
    experiments = [law.experiment for law in found]
    fields = _fields(experiments, ("blocks",))
    columns = (
        Column("arm", fold=True, justify="left"),
        *_columns(found, fields),
        Column("metric", justify="left"),
        Column("L", rank=2),
        Column("runs", rank=4),
        Column("law", justify="left"),
        Column("rate b", rank=1),
        Column("R²", rank=1),
        Column("next\nlaw", rank=3, justify="left"),
        Column("behind\nby AICc", rank=3),
    )
    rows = tuple(
        (
            Cell(law.arm),
            *(Cell(shared_fields.value(law.experiment, field)) for field in fields),
            Cell(HEADERS[law.metric]),
            Cell(f"{min(law.depths)}..{max(law.depths)}"),
            Cell(str(len(law.depths))),
            Cell(law.best.name if law.clear else f"{law.best.name}?"),
            Cell(_uncertain(law.best.rate, law.best.rate_stderr)),
            Cell(number(law.best.r2) if law.best.name != "constant" else DASH),
            Cell(law.laws[1].name),
            Cell(number(law.laws[1].delta)),
        )
        for law in found
    )
    notes = (
        "log10 growth = a + b f(L): constant f = 0, power f = log10 L, exp-root f = √L, exponential f = L",
        "?: the next law is within 2 of AICc, or there are too few runs to tell",
    )
    return Sheet(
        f"growth over depth on {where}", columns, rows, shared_fields.shared(experiments), notes
    )


def critical_table(found: Sequence[Critical], where: str) -> Sheet:
    """One row an arm and axis: the largest trainable value at each depth, and its slope."""
    experiments = [c.experiment for c in found]
    fields = _fields(experiments, ("multiplier", "c", "blocks"))
    depths = sorted({depth for c in found for depth, _, _ in c.edges})
    columns = (
        Column("arm", fold=True, justify="left"),
        *_columns(found, fields),
        Column("axis", justify="left"),
        *(Column(f"L={depth}", rank=1) for depth in depths),
        Column("d log axis\n/ d log L"),
    )
    rows = tuple(
        (
            Cell(c.arm),
            *(Cell(shared_fields.value(c.experiment, field)) for field in fields),
            Cell(c.axis),
            *(Cell(_edge(c, depth)) for depth in depths),
            Cell(_slope((c.slope,) if c.slope else (), c.axis)),
        )
        for c in found
    )
    notes = ("largest value that trains; >: the measured range ends before the window does",)
    return Sheet(
        f"critical scale against depth on {where}",
        columns,
        rows,
        shared_fields.shared(experiments),
        notes,
    )


def surveys_csv(surveys: Iterable[Survey], stream: TextIO) -> None:
    """One line a slope, window, law or critical edge, in full precision; `kind` says which."""
    write([record for survey in surveys for record in _records(survey)], stream)


def _records(survey: Survey) -> Iterator[dict[str, Any]]:
    for s in survey.sensitivities:
        head = _head(s) | {"axis": s.axis}
        yield from ({"kind": "slope"} | head | slope.to_json() for slope in s.slopes)
        if s.window:
            yield {"kind": "window"} | head | s.window.to_json()
    for found in survey.depth_laws:
        head = _head(found) | {"axis": "blocks", "metric": found.metric}
        yield from ({"kind": "law"} | head | law.to_json() for law in found.laws)
    for c in survey.criticals:
        head = _head(c) | {"axis": c.axis}
        for depth, value, is_open in c.edges:
            yield (
                {"kind": "critical"} | head | {"blocks": depth, "high": value, "high_open": is_open}
            )
        if c.slope:
            yield {"kind": "critical slope"} | head | c.slope.to_json()


def _head(found: Sensitivity | DepthLaw | Critical) -> dict[str, Any]:
    fields = found.experiment.model_dump(exclude={"seed"})
    return {"arm": found.arm, "fingerprint": found.fingerprint} | fields


def _fields(experiments: Sequence[Experiment], axes: Sequence[str]) -> list[str]:
    """The fields that differ between the rows and are not the axis of one."""
    return [
        name
        for name in shared_fields.columns(experiments, without=(*HIDDEN, *axes))
        if name != "seed"
    ]


def _columns(
    found: Sequence[Sensitivity | DepthLaw | Critical], fields: Sequence[str]
) -> Iterator[Column]:
    """Fields without which two rows of one arm would read alike stay at every width."""
    needed = shared_fields.vital([f.experiment for f in found], [f.arm for f in found], fields)
    return (Column(name, rank=0 if name in needed else 1) for name in fields)


def _slope(slopes: Sequence[Slope], metric: str) -> str:
    found = next((s for s in slopes if s.metric == metric), None)
    return _uncertain(found.slope, found.stderr) if found else DASH


def _uncertain(value: float, error: float | None) -> str:
    return number(value) if error is None else f"{number(value)} ± {number(error, 2)}"


def _window(window: Window | None) -> tuple[Cell, Cell]:
    if window is None:
        return Cell("nowhere"), Cell("0")
    low, high = "<" if window.low_open else "", ">" if window.high_open else ""
    mark = "" if window.trained else "*"
    least = ">" if window.low_open or window.high_open else ""
    return Cell(f"{low}{number(window.low)} to {high}{number(window.high)}{mark}"), Cell(
        f"{least}{number(window.decades)}"
    )


def _edge(found: Critical, depth: int) -> str:
    edge = next((e for e in found.edges if e[0] == depth), None)
    return DASH if edge is None else f"{'>' if edge[2] else ''}{number(edge[1])}"
