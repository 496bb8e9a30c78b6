"""The cells of a sweep: which experiments it has, and how far each of them is.

A cell is `queued`, `running` (claimed by a driver), `done` (its run is stored) or `failed` (its run
has status `error`, or it was given up). `resweep.store.queue` hands cells out to drivers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, exists, func, select

from resweep.experiment import Experiment
from resweep.store.schema import cells, runs

STATUSES = ("queued", "running", "done", "failed")
FREE = {"claimed_by": "", "heartbeat": None}  # the columns of a cell that nobody holds


@dataclass(frozen=True)
class Cell:
    """One cell: its experiment (the fields that are not at their default) and how far it is.

    `claimed_by` names the process that runs it, see `resweep.identity`; `error` says why it failed.
    """

    position: int
    key: str
    fingerprint: str
    experiment: dict[str, Any]
    status: str
    tries: int
    claimed_by: str
    error: str


def read(connection: Connection, sweep_id: int) -> Iterator[Cell]:
    """Yield the cells of a sweep in their order."""
    columns = (
        cells.c.position,
        cells.c.key,
        cells.c.dataset_fingerprint,
        cells.c.experiment,
        cells.c.status,
        cells.c.tries,
        cells.c.claimed_by,
        cells.c.error,
    )
    of_sweep = select(*columns).where(cells.c.sweep_id == sweep_id).order_by(cells.c.id)
    for row in connection.execute(of_sweep):
        yield Cell(*row)


def tally(connection: Connection) -> dict[int, dict[str, int]]:
    """Return for each sweep's id how many cells have each status."""
    columns = [func.sum(case((cells.c.status == status, 1), else_=0)) for status in STATUSES]
    query = select(cells.c.sweep_id, *columns).group_by(cells.c.sweep_id)
    return {
        row[0]: dict(zip(STATUSES, map(int, row[1:]), strict=True))
        for row in connection.execute(query)
    }


def restored(fields: dict[str, Any]) -> Experiment:
    """Return the experiment of a cell, unchecked: it was valid when the cell was entered."""
    return Experiment.model_construct(**fields)


def answered(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a cell's run is stored and meets `conditions`."""
    same = (runs.c.key == cells.c.key, runs.c.dataset_fingerprint == cells.c.dataset_fingerprint)
    return exists().where(*same, *conditions)
