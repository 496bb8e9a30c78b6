"""The tables of how far the sweeps and studies of a store are."""

from collections.abc import Mapping, Sequence
from functools import partial

from resweep.report.sheet import Sheet
from resweep.report.tables.entries import Entry, table

Counts = tuple[str, Mapping[str, int]]  # the name of a sweep or study, a number for each state
CELLS = ("done", "queued", "running", "failed")
TRIALS = {
    "complete": "complete",
    "pruned": "pruned",
    "fail": "failed",
    "running": "running",
    "waiting": "waiting",
}


def sweeps_table(sweeps: Sequence[Counts]) -> Sheet:
    """Return a table with a row per sweep: its name and how many of its cells have which status."""
    entries: list[Entry[Counts]] = [
        Entry("sweep", _name, fold=True, justify="left"),
        *(Entry(status, partial(_count, state=status)) for status in CELLS),
        Entry("cells", _total),
    ]
    notes = ["resweep sweep --name NAME goes on with a sweep"]
    return table("sweeps that are not done", entries, sweeps, notes=notes)


def studies_table(studies: Sequence[Counts]) -> Sheet:
    """Return a table with a row per study: its name and how many of its trials have which state."""
    entries: list[Entry[Counts]] = [
        Entry("study", _name, fold=True, justify="left"),
        *(Entry(header, partial(_count, state=state)) for state, header in TRIALS.items()),
    ]
    notes = ["resweep study --importance NAME reads one"]
    return table("trials of studies", entries, studies, notes=notes)


def _name(counts: Counts) -> str:
    return counts[0]


def _count(counts: Counts, *, state: str) -> str:
    return str(counts[1][state])


def _total(counts: Counts) -> str:
    return str(sum(counts[1].values()))
