"""A table as a list of entries: each is a column and the function that makes its cells."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from resweep.experiment import Experiment
from resweep.report import shared_fields
from resweep.report.sheet import Cell, Column, Sheet

R = TypeVar("R")


@dataclass(frozen=True)
class Entry(Generic[R]):
    """One column of a table whose rows are made from records of type R.

    `cell` makes the column's cell from a record: a finished string, or a `Cell` where it has a
    style. An entry that is not `shown` is left out. `header`, `rank`, `fold` and `justify` are
    those of `Column`.
    """

    header: str
    cell: Callable[[R], str | Cell]
    rank: int = 0
    fold: bool = False
    justify: Literal["left", "right"] = "right"
    shown: bool = True


def table(
    title: str,
    entries: Iterable[Entry[R]],
    records: Iterable[R],
    shared: str = "",
    notes: Sequence[str] = (),
) -> Sheet:
    """Return the sheet with a column per shown entry and a row per record."""
    shown = [entry for entry in entries if entry.shown]
    columns = tuple(Column(e.header, e.rank, e.fold, e.justify) for e in shown)
    makers = [entry.cell for entry in shown]
    rows = tuple(_row(makers, record) for record in records)
    return Sheet(title, columns, rows, shared, tuple(notes))


def _row(makers: Sequence[Callable[[R], str | Cell]], record: R) -> tuple[Cell, ...]:
    cells = []
    for make in makers:
        cell = make(record)
        cells.append(Cell(cell) if isinstance(cell, str) else cell)
    return tuple(cells)


def field_entries(
    fields: Sequence[str],
    experiments: Sequence[Experiment],
    experiment_of: Callable[[R], Experiment | None],
    vital: Sequence[str],
) -> Iterator[Entry[R]]:
    """Yield an entry per experiment field: words to the left, numbers to the right.

    On a narrow console fields that are not `vital` are left out, the seed before the others.
    """
    for field in fields:
        rank = 2 if field == "seed" else 1
        if field in vital:
            rank = 0
        words = all(isinstance(getattr(e, field), str) for e in experiments)
        yield _field_entry(field, experiment_of, rank, "left" if words else "right")


def _field_entry(
    field: str,
    experiment_of: Callable[[R], Experiment | None],
    rank: int,
    justify: Literal["left", "right"],
) -> Entry[R]:
    def cell(record: R) -> str:
        return shared_fields.value(experiment_of(record), field)

    return Entry(field, cell, rank, justify=justify)
