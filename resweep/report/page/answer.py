"""The answer of a chapter: the sentence, and a row for each arm from the best to the worst."""

from resweep.analysis.answer import Answer, Standing
from resweep.numerals import shortened
from resweep.report.charts.ticks import ticks
from resweep.report.numbers import DASH, fixed, interval
from resweep.report.page.records import AnswerBlock, StandingRow, Strip
from resweep.report.tables.arm_entries import succeeded

ROWS = 300  # arms that have a row
TICKS = 6
Bounds = tuple[float, float]


def answer_block(answer: Answer) -> AnswerBlock | None:
    """The answer as rows of finished texts; None where nothing was run."""
    shown = answer.standings[:ROWS]
    if not shown:
        return None
    names = shortened(standing.name for standing in shown)
    bounds = _bounds(answer)
    marks: tuple[tuple[float, str], ...] = ()
    if bounds:
        marks = tuple((_place(at, bounds), text) for at, text in ticks(*bounds, False, TICKS))
    rows = [_row(standing, name, bounds) for standing, name in zip(shown, names, strict=True)]
    return AnswerBlock(
        sentence=answer.sentence,
        metric=answer.metric.replace("_", " "),
        rows=tuple(rows),
        ticks=marks,
        left_out=len(answer.standings) - len(shown),
    )


def _bounds(answer: Answer) -> Bounds | None:
    """The ends of the strips' scale: from 0 for a metric that has no negative values."""
    values: list[float] = []
    for standing in answer.standings:
        arm = standing.arm
        values += [value for value in (arm.mean, arm.ci_low, arm.ci_high) if value is not None]
    if not values:
        return None
    low, high = min(0.0, *values), max(values)
    if answer.metric.endswith("accuracy"):
        low, high = 0.0, min(high, 1.0)
    return (low, high) if high > low else None


def _row(standing: Standing, name: str, bounds: Bounds | None) -> StandingRow:
    arm = standing.arm
    strip = None
    if bounds and arm.mean is not None:
        low = arm.mean if arm.ci_low is None else arm.ci_low
        high = arm.mean if arm.ci_high is None else arm.ci_high
        strip = Strip(_place(low, bounds), _place(arm.mean, bounds), _place(high, bounds))
    return StandingRow(
        name=name,
        verdict=arm.verdict,
        reached=DASH if arm.mean is None else fixed(arm.mean),
        interval="" if arm.ci_low is None else interval(arm.ci_low, arm.ci_high),
        ok=succeeded(arm),
        reason=_reason(standing),
        strip=strip,
    )


def _reason(standing: Standing) -> str:
    """The reason for the verdict, without the count of runs where the row says it already."""
    counts, _, rest = standing.arm.reason.partition("; ")
    said = f"{standing.arm.success.k} of {standing.arm.runs} ok"
    return rest if counts == said else standing.arm.reason


def _place(value: float, bounds: Bounds) -> float:
    """Where `value` lies between the bounds, in per cent; what lies outside is at the end."""
    low, high = bounds
    return round(min(1.0, max(0.0, (value - low) / (high - low))) * 100, 1)
