"""The columns of a short table, whose rows are arms or lines of arms along a scale."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from resweep.analysis.answer import Line
from resweep.analysis.compare import ArmSummary, Comparison
from resweep.numerals import shortened
from resweep.report.charts.chart import evenly
from resweep.report.charts.sparks import bar
from resweep.report.marks import VERDICT_STYLES, VERDICT_SYMBOLS
from resweep.report.numbers import DASH, number
from resweep.report.sheet import Cell
from resweep.report.tables.arm_entries import entries
from resweep.report.tables.entries import Entry
from resweep.report.text import wrapped

LETTERS = {"noise": "n", "too few seeds to tell": "s", "chance unknown": "u"}  # in a paper
BARS = 24  # of a small plot
HEADER = 12  # characters of a header's line in a paper


def columns(
    comparison: Comparison, rows: Sequence[Line], fields: Sequence[str], apart: Sequence[str]
) -> dict[str, Entry[Line]]:
    """Return the columns of single arms by name, told for lines.

    Those of `fields` stay at every width; `apart` are those in which the arms differ.
    """
    of_arms = entries(comparison, apart)
    known = {name: _of_best(of_arms[name]) for name in of_arms}
    swept = [row for row in rows if row.axis]
    short = dict(zip(map(id, rows), shortened(map(_name, rows)), strict=True))
    known["arm"] = replace(known["arm"], cell=lambda row: short[id(row)])
    known["verdict"] = replace(known["verdict"], cell=_verdict)
    known["succeeded"] = replace(known["succeeded"], cell=_succeeded)
    known["forward"] = replace(known["forward"], cell=_forward)
    if swept:
        scale = _scale(swept)
        known["along"] = Entry(
            "along\nthe axis", lambda row: _plot(row, scale), justify="left", rank=1
        )
        known["difference"] = replace(known["difference"], rank=2)
    for name in fields:
        known[name] = replace(known[name], rank=0)
    return known


def narrowed(known: Mapping[str, Entry[Line]]) -> Iterator[tuple[str, Entry[Line]]]:
    """Yield the columns that are narrower in a paper: without marks, and with letters for words."""
    mean, difference = known["mean"], known["difference"]
    metric, _, spread = mean.header.partition("\n")
    yield "mean", replace(mean, header="\n".join([*wrapped(metric, HEADER), spread]))
    yield "verdict", replace(known["verdict"], cell=lambda row: row.best.arm.verdict)

    def lettered(row: Line) -> str:
        cell = difference.cell(row)
        text = cell if isinstance(cell, str) else cell.text
        for word, letter in LETTERS.items():
            text = text.replace(word, f"({letter})")
        return text

    what, _, to = difference.header.partition("\n")
    header = [what, *wrapped(to.replace(":", ": ").replace(",", ", "), HEADER)]
    yield "difference", replace(difference, header="\n".join(header), cell=lettered)


def _of_best(entry: Entry[ArmSummary]) -> Entry[Line]:
    return Entry(
        entry.header,
        lambda row: entry.cell(row.best.arm),
        entry.rank,
        entry.fold,
        entry.justify,
        entry.shown,
    )


def _name(row: Line) -> str:
    if not row.axis:
        return row.name
    low, high = row.value(row.members[0]), row.value(row.members[-1])
    return f"{row.name}, {row.axis} {low:.3g} to {high:.3g}"


def _verdict(row: Line) -> Cell:
    """The verdict, after its mark where runs failed; of a line how many arms succeed."""
    if row.axis:
        style = "green" if row.succeeding == len(row.members) else "yellow"
        words = f"{row.succeeding} of {len(row.members)} succeed"
        return Cell(words, style if row.succeeding else "red")
    arm = row.best.arm
    mark = VERDICT_SYMBOLS.get(arm.verdict, "")
    return Cell(f"{mark} {arm.verdict}".strip(), VERDICT_STYLES.get(arm.verdict, ""))


def _succeeded(row: Line) -> str:
    k = sum(member.arm.success.k for member in row.members)
    n = sum(member.arm.success.n for member in row.members)
    return f"{k} of {n}" if n else DASH


def _forward(row: Line) -> str:
    """The growth of the signal in decades, of a line from the least to the greatest."""
    logs = [member.arm.log10_forward_growth for member in row.members]
    known = [log for log in logs if log is not None]
    if not row.axis or not known:
        return number(row.best.arm.log10_forward_growth)
    return f"{number(min(known), 2)} to {number(max(known), 2)}"


def _scale(rows: Sequence[Line]) -> tuple[float, float]:
    """The lowest and the highest mean that a plot of these lines draws."""
    means = []
    for row in rows:
        means += [member.arm.overall for member in row.members if member.arm.overall is not None]
    return (min(means), max(means)) if means else (0.0, 1.0)


def _plot(row: Line, scale: tuple[float, float]) -> str:
    """A bar for each member along the axis, the mark of its verdict for one that failed.

    Of very many members some are left out in even steps.
    """
    if not row.axis:
        return ""
    signs = ""
    for member in evenly(row.members, BARS):
        mean = member.arm.overall
        mark = VERDICT_SYMBOLS.get(member.arm.verdict, "")
        signs += mark or (" " if mean is None else bar(mean, *scale))
    return signs
