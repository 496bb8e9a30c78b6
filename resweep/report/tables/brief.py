"""The short table of a comparison: what it says in a sentence, and a few columns, best first.

Arms stand in groups under what their rows share, such as the depth, and arms that sweep a scale
stand on one line with a small plot.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from resweep.analysis.answer import Answer, Line, Standing, lines
from resweep.analysis.compare import Comparison
from resweep.report import shared_fields
from resweep.report.marks import VERDICT_SYMBOLS
from resweep.report.sheet import Sheet
from resweep.report.tables.brief_columns import LETTERS, columns, narrowed
from resweep.report.tables.entries import Entry, table
from resweep.report.tables.statistics import finding_notes, given_note

MOST = 8  # columns on a terminal
PRINTED = 6  # columns in a paper
EXPLAINED = 12  # arms of which those that do not succeed are explained below the table
ORDER = (
    "verdict", "succeeded", "mean", "interval", "along", "forward", "backward", "gradient",
    "difference",
)  # fmt: skip
# Which columns stay where not all have room: the first ones.
IMPORTANT = ("arm", "verdict", "succeeded", "mean", "along", "difference", "interval", "forward")
# The same where no arm was trained and the metric is one of training.
AT_START = ("arm", "verdict", "succeeded", "forward", "backward", "gradient")
ALONG = "along the axis: a bar for each arm, one scale for all"
MORE = "more by resweep report: all columns --wide, some --columns A,B, each run --runs"
WORDS = "what a verdict or a column means: resweep help words"


def brief_table(comparison: Comparison, answer: Answer, *, printed: bool = False) -> Sheet:
    """Return the table of the arms that were run, from the best to the worst as `answer` has them.

    A line of several arms shows the mean, the interval and the difference of its best. With
    `printed` it is one for a paper: fewer columns, a row for every arm, and no plots.
    """
    standings = answer.standings
    rows = lines(standings, answer.differing, gathered=not printed)
    fields = _differing(answer)
    groups = _grouped(rows, fields)
    headed = len(groups) > 1 and any(len(members) > 1 for members in groups.values())
    ordered: list[Line] = []
    headings: list[tuple[int, str]] = []
    for values, members in groups.items():
        if headed:
            headings.append((len(ordered), _heading(fields, values, members)))
        ordered += members
    arms = tuple(standing.arm for standing in standings)
    shown = () if headed else fields
    known = columns(replace(comparison, arms=arms), rows, shown, answer.differing)
    if printed:
        known |= dict(narrowed(known))
    ranks: Sequence[str] = IMPORTANT
    what = comparison.metric.replace("_", " ")
    if not _measured(standings):
        what, ranks = "growth at initialization", AT_START
    chosen = _chosen(known, shown, PRINTED if printed else MOST, ranks)
    data = shared_fields.data_name(comparison.dataset, comparison.fingerprint)
    sheet = table(
        f"{what} by arm on {data}",
        chosen,
        ordered,
        _shared(answer),
        list(_notes(comparison, rows, standings, printed=printed)),
    )
    return replace(
        sheet,
        lead=answer.sentence,
        headings=tuple(headings),
        explains=tuple(_explained(sheet.notes, known)),
    )


def _measured(standings: Sequence[Standing]) -> bool:
    """Whether the metric says anything: not of arms that were probed and not trained."""
    trained = any(standing.experiment.epochs for standing in standings)
    return trained or any(standing.arm.overall is not None for standing in standings)


def _shared(answer: Answer) -> str:
    """What all arms have in common, their depth too."""
    experiments = [standing.experiment for standing in answer.standings]
    text = shared_fields.shared(experiments, apart=answer.differing)
    depths = {experiment.blocks for experiment in experiments}
    return f"blocks={min(depths)} {text}" if len(depths) == 1 else text


def _differing(answer: Answer) -> list[str]:
    """The fields in which arms differ without their names saying so."""
    told = {"dataset", *shared_fields.IN_LABEL, "c"}
    return [name for name in answer.differing if name not in told]


def _grouped(rows: Sequence[Line], fields: Sequence[str]) -> dict[tuple[str, ...], list[Line]]:
    """The rows that share `fields`, best first; groups ascend by these."""
    ascending = sorted(rows, key=lambda row: [_rank(row, name) for name in fields])
    groups: dict[tuple[str, ...], list[Line]] = {}
    for row in ascending:
        values = tuple(shared_fields.value(row.best.experiment, name) for name in fields)
        groups.setdefault(values, []).append(row)
    return groups


def _rank(row: Line, name: str) -> tuple[bool, float, str]:
    """Where a field's value stands: numbers by size, then words."""
    value = getattr(row.best.experiment, name)
    if isinstance(value, str):
        return True, 0.0, value
    return False, float(value), ""


def _heading(fields: Sequence[str], values: Sequence[str], members: Sequence[Line]) -> str:
    """`blocks=24: 7 of 9 arms succeed`."""
    words = " ".join(f"{name}={value}" for name, value in zip(fields, values, strict=True))
    arms = sum(len(line.members) for line in members)
    succeeding = sum(line.succeeding for line in members)
    return f"{words}: {succeeding} of {arms} succeed"


def _chosen(
    known: dict[str, Entry[Line]], fields: Sequence[str], most: int, ranks: Sequence[str]
) -> Iterator[Entry[Line]]:
    """The most important columns that there are by `ranks`, `most` of them, in their order."""
    wanted = ["arm", *fields, *ranks[1:]]
    there = [name for name in wanted if name in known and known[name].shown]
    kept = there[:most]
    for name in ("arm", *fields, *ORDER):
        if name in kept:
            yield known[name]


def _marks(rows: Sequence[Line]) -> list[str]:
    """What the marks mean that stand in place of bars."""
    verdicts = {member.arm.verdict for row in rows if row.axis for member in row.members}
    return [f"{mark}: {word}" for word, mark in VERDICT_SYMBOLS.items() if word in verdicts]


def _notes(
    comparison: Comparison,
    rows: Sequence[Line],
    standings: Sequence[Standing],
    *,
    printed: bool,
) -> Iterator[str]:
    """Why arms do not succeed, what the numbers are, and where there are more."""
    if not standings:
        return
    if len(standings) <= EXPLAINED:
        for standing in standings:
            if not standing.succeeds:
                yield f"{standing.name}: {standing.arm.reason}"
    if _measured(standings):
        yield given_note(comparison)
        shown = tuple(row.best.arm for row in rows)
        yield from _of_differences(replace(comparison, arms=shown), printed)
    if any(row.axis for row in rows):
        yield "of a line: its best arm's mean, interval and difference"
        yield ", ".join([ALONG, *_marks(rows)])
    if not printed:
        yield MORE
        yield WORDS


def _explained(notes: Sequence[str], known: Mapping[str, Entry[Line]]) -> Iterator[tuple[str, str]]:
    """The notes about a single column, each with that column's header."""
    for note in notes:
        word = note.partition(":")[0]
        if note.startswith(ALONG):
            yield note, known["along"].header
        elif word in LETTERS:
            yield note, known["difference"].header


def _of_differences(comparison: Comparison, printed: bool) -> Iterator[str]:
    """What the words beside differences mean, or in a paper their letters."""
    for note in finding_notes(comparison):
        word = note.partition(":")[0]
        yield f"({LETTERS[word]}) {note}" if printed else note
