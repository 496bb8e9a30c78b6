"""Decides, inside the transaction that would store an outcome, what becomes of it and its cells.

Two rules hold for every way into the store:

- an `error` never takes the place of a measured run;
- a driver that has lost its claim on a cell, because it stalled and another took over, does not
  undo what the other did: it stores a measurement only if there is none yet, and an `error` never.
"""

from sqlalchemy import ColumnElement, Connection, select, update

from resweep.outcome import Outcome
from resweep.store import rows
from resweep.store.cells import FREE
from resweep.store.schema import cells, runs


def save(connection: Connection, outcome: Outcome) -> bool:
    """Store an outcome that belongs to no claimed cell; return whether it was stored."""
    if outcome.status == "error" and _is_measured(connection, outcome):
        return False
    _store(connection, outcome, owner="")
    return True


def save_claimed(
    connection: Connection, outcome: Outcome, claim: ColumnElement[bool], owner: str
) -> bool:
    """Store the outcome of a cell that `owner` claimed, if `claim` still holds; see above.

    `claim` is the condition that the cell is running under the owner's name. An owner whose cell
    ends in an `error` although an earlier run was measured keeps that run, and the cell is failed.
    Returns whether the outcome was stored.
    """
    rows.lock(connection, outcome.experiment.key)
    claimed = connection.execute(select(cells.c.id).where(claim).with_for_update()).first()
    failed, measured = outcome.status == "error", _is_measured(connection, outcome)
    if claimed is None:
        if failed or measured:
            return False
    elif failed and measured:
        change = update(cells).where(cells.c.id == claimed.id)
        connection.execute(change.values(status="failed", error=outcome.detail, **FREE))
        return False
    _store(connection, outcome, owner)
    return True


def _store(connection: Connection, outcome: Outcome, owner: str) -> None:
    """Write the run and end its cells in every sweep.

    An `error` does not end a cell that another driver than `owner` is running at this moment.
    """
    rows.write(connection, outcome)
    failed = outcome.status == "error"
    ended = update(cells).where(
        cells.c.key == outcome.experiment.key,
        cells.c.dataset_fingerprint == outcome.fingerprint,
    )
    if failed:
        ended = ended.where((cells.c.status != "running") | (cells.c.claimed_by == owner))
        ended = ended.values(status="failed", error=outcome.detail, **FREE)
    else:
        ended = ended.values(status="done", error="", **FREE)
    connection.execute(ended)


def _is_measured(connection: Connection, outcome: Outcome) -> bool:
    """Whether a run of this key and data is stored that is no `error`."""
    rows.lock(connection, outcome.experiment.key)
    stored = rows.identity(outcome.experiment.key, outcome.fingerprint)
    query = select(runs.c.id).where(*stored, runs.c.status != "error")
    return connection.execute(query).first() is not None
