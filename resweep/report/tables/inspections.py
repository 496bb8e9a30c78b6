"""The table of stored inspections: a row for each, with what stands out."""

from collections.abc import Sequence

from resweep.numerals import counted
from resweep.outcome.inspection import Inspection
from resweep.outcome.question import Answer
from resweep.outcome.worst_block import worst_block
from resweep.report.marks import FOREIGN, STATUS_STYLES
from resweep.report.numbers import DASH, from_log10
from resweep.report.sheet import Cell, Sheet
from resweep.report.tables.entries import Entry, table

STYLED_AS = {  # the status of a run that an inspection's looks like
    "sound": "ok",
    "unstable": "trapped",
    "vanished": "vanished",
    "exploded": "exploded",
    "uninitialized": "error",
}
OF_BLOCKS = ("jump",)  # kinds of faults that are no parameter's
NAMED = 3  # unusual parameters of one network


def inspections_table(answers: Sequence[Answer]) -> Sheet:
    """Return a row for each stored inspection, newest first; with the seed where it differs."""
    metrics = dict.fromkeys(name for one in answers for name in one.inspection.metrics)
    seeds = len({one.question.seed for one in answers})
    entries: list[Entry[Answer]] = [
        Entry("key", lambda one: one.question.key[:8], justify="left"),
        Entry("network", lambda one: one.question.called, justify="left", fold=True),
        Entry("blocks", lambda one: str(len(one.inspection.blocks)), 1),
        Entry("verdict", _status, justify="left"),
    ]
    entries += [_growth(name) for name in metrics]
    entries += [
        Entry("worst block", lambda one: worst(one.inspection), 2, fold=True, justify="left"),
        Entry(
            "unusual parameters", lambda one: unusual(one.inspection), 2, fold=True, justify="left"
        ),
        Entry("seed", lambda one: str(one.question.seed), 4, shown=seeds > 1),
    ]
    title = f"{counted(len(answers), 'inspection')}: resweep show KEY has each of them whole"
    return table(title, entries, answers)


def worst(done: Inspection) -> str:
    """The block in which a second moment changes most, and by which factor."""
    found = worst_block(done)
    if found is None:
        return DASH
    return f"{found.block}: {found.way} x {from_log10(found.log10)}"


def unusual(done: Inspection) -> str:
    """The parameters that are wrong unless somebody meant it, with the kind of fault, three named.

    A dash where there are none.
    """
    faults = [fault for fault in done.faults if fault.kind not in OF_BLOCKS]
    every = list(dict.fromkeys(f"{fault.where} ({fault.kind})" for fault in faults))
    named = every[:NAMED]
    if len(every) > NAMED:
        named.append(f"{len(every) - NAMED} more")
    return ", ".join(named) or DASH


def _status(one: Answer) -> Cell:
    status = one.inspection.status
    return Cell(status, STATUS_STYLES.get(STYLED_AS[status], FOREIGN))


def _growth(name: str) -> Entry[Answer]:
    header = name.removeprefix("log10_").replace("_", " ")
    return Entry(header, lambda one: from_log10(one.inspection.metrics.get(name)), 3)
