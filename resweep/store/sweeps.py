"""Sweeps by name: entered once with what defines them, found again, listed with their progress."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, exists, func, select, update

from resweep import errors
from resweep.experiment import Experiment
from resweep.store.cells import FREE, STATUSES, answered, tally
from resweep.store.schema import cells, runs, sweeps

Rerun = Literal["failed", "all"]


@dataclass(frozen=True)
class Sweep:
    """A sweep in the store, made at `created` (UTC); `cells` counts its cells by status."""

    name: str
    definition: dict[str, Any]
    created: datetime
    cells: dict[str, int]


def register(
    connection: Connection,
    name: str,
    definition: dict[str, Any],
    digest: str,
    experiments: Sequence[Experiment],
    fingerprint: str,
    rerun: Rerun | None,
) -> int:
    """Enter a sweep, or find it again, with all of its cells on these data; return its id.

    A new cell whose run is stored is done, and a cell that was done but whose run is gone is queued
    again. `rerun` queues the failed cells once more, or all that are not running.

    Raises UsageError if the store has a sweep of this name with another digest.
    """
    sweep_id = _enter(connection, name, definition, digest)
    ours = (cells.c.sweep_id == sweep_id, cells.c.dataset_fingerprint == fingerprint)
    newest = connection.scalar(select(func.max(cells.c.id)).where(*ours)) or 0
    wanted = [_row(sweep_id, i, e, fingerprint) for i, e in enumerate(experiments)]
    _insert(connection, cells, wanted)
    measured = answered(runs.c.status != "error")
    fresh = update(cells).where(*ours, cells.c.id > newest, measured)
    connection.execute(fresh.values(status="done"))
    afresh = {"status": "queued", "tries": 0, "error": "", **FREE}
    without_run = update(cells).where(*ours, cells.c.status == "done", ~answered())
    connection.execute(without_run.values(**afresh))
    if rerun is not None:
        statuses = ("failed",) if rerun == "failed" else ("failed", "done")
        again = update(cells).where(*ours, cells.c.status.in_(statuses))
        connection.execute(again.values(**afresh))
    return sweep_id


def _enter(connection: Connection, name: str, definition: dict[str, Any], digest: str) -> int:
    row = {"name": name, "definition": definition, "hash": digest, "created": datetime.now(UTC)}
    _insert(connection, sweeps, [row])
    stored = connection.execute(select(sweeps).where(sweeps.c.name == name)).one()
    if stored.hash != digest:
        made = f"{stored.created:%Y-%m-%d %H:%M}"
        raise errors.UsageError(
            f"the store has a sweep {name!r} with other content, made {made}: give this one "
            "another name (--name, or name = ... in the file); cells that are the same are not "
            "run again. --name alone goes on with the stored one"
        )
    if stored.definition != definition:  # a [report] table may change at any time
        change = update(sweeps).where(sweeps.c.id == stored.id)
        connection.execute(change.values(definition=definition))
    return int(stored.id)


def _row(sweep_id: int, position: int, experiment: Experiment, fingerprint: str) -> dict[str, Any]:
    return {
        "sweep_id": sweep_id,
        "position": position,
        "key": experiment.key,
        "dataset_fingerprint": fingerprint,
        "experiment": experiment.model_dump(exclude_defaults=True),
        "status": "queued",
        "tries": 0,
        "error": "",
        **FREE,
    }


def _insert(connection: Connection, table: Any, wanted: list[dict[str, Any]]) -> None:
    """Insert the rows that are not there yet."""
    # Only its own dialect knows the clause, and no other needs to be loaded by those who read.
    dialect: Any = import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    connection.execute(dialect.insert(table).on_conflict_do_nothing(), wanted)


def listed(connection: Connection) -> list[Sweep]:
    """Return every sweep, newest first."""
    counts = tally(connection)
    nothing = dict.fromkeys(STATUSES, 0)
    rows = connection.execute(select(sweeps).order_by(sweeps.c.id.desc()))
    return [
        Sweep(row.name, row.definition, _utc(row.created), counts.get(row.id, nothing))
        for row in rows
    ]


def _utc(time: datetime) -> datetime:
    # SQLite gives back the time without its zone
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def find(connection: Connection, name: str) -> int:
    """Return the id of the sweep `name`; UsageError with the nearest name if there is none."""
    known = {row.name: row.id for row in connection.execute(select(sweeps.c.name, sweeps.c.id))}
    near = difflib.get_close_matches(name, known, n=1)
    if name not in known:
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise errors.UsageError(
            f"no sweep {name!r} in the store: {hint}known: {', '.join(known) or 'none'}"
        )
    return int(known[name])


def holds(name: str) -> ColumnElement[bool]:
    """Return the condition that a run is that of a cell of the sweep `name`."""
    of_cell = (cells.c.key == runs.c.key, cells.c.dataset_fingerprint == runs.c.dataset_fingerprint)
    return exists().where(*of_cell, cells.c.sweep_id == sweeps.c.id, sweeps.c.name == name)
