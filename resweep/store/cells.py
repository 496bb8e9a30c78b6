"""The cells of a sweep as a queue in the store, that any number of drivers on any number of machines work off together.

A cell is `queued`, `running` (claimed by a driver that lives), `done` (its run is stored) or `failed` (status `error`,
or given up). A claim is one transaction: on SQLite under its single write lock, on PostgreSQL on a row that no other
has locked.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, exists, func, literal_column, select, update

from resweep import identity
from resweep.errors import ResweepError
from resweep.experiment import Experiment
from resweep.outcome import Outcome
from resweep.store import rows
from resweep.store.engine import Database
from resweep.store.faults import explained
from resweep.store.schema import cells, runs

STATUSES = ("queued", "running", "done", "failed")
BEAT_SECONDS = 20.0
STALE_SECONDS = 120.0  # without a heartbeat for so long, a driver on another machine counts as dead
FREE = {"claimed_by": "", "heartbeat": None}
CLOCK = {  # the database's own, so that the clocks of the machines need not agree
    "sqlite": "(julianday('now') - 2440587.5) * 86400.0",
    "postgresql": "extract(epoch from clock_timestamp())",
}


@dataclass(frozen=True)
class Cell:
    """One row of a sweep: which experiment, and how far it is; `error` says why it failed."""

    position: int
    key: str
    fingerprint: str
    experiment: dict[str, Any]
    status: str
    tries: int
    claimed_by: str
    error: str


class Queue:
    """The cells of one sweep on one data set, seen by one driver."""

    def __init__(self, database: Database, sweep_id: int, fingerprint: str, max_tries: int) -> None:
        self._database, self.max_tries = database, max_tries
        self._ours = (cells.c.sweep_id == sweep_id, cells.c.dataset_fingerprint == fingerprint)
        self.owner = identity.me()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with explained(self._database), self._database.writer.begin() as connection:
            yield connection

    def claim(self) -> Experiment | None:
        """Take the next queued cell, None where there is none; those whose worker died come after all others."""
        following = (
            select(cells.c.id, cells.c.experiment)
            .where(*self._ours, cells.c.status == "queued")
            .order_by(cells.c.tries, cells.c.position)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        with self._writing() as connection:
            found = connection.execute(following).one_or_none()
            if found is None:
                return None
            taken = {"status": "running", "tries": cells.c.tries + 1, "claimed_by": self.owner}
            connection.execute(
                update(cells)
                .where(cells.c.id == found.id)
                .values(**taken, heartbeat=now(connection))
            )
            return restored(found.experiment)

    def release(self, key: str) -> None:
        """Give a claimed cell back unmeasured; this try does not count."""
        self._requeue(key, tries=cells.c.tries - 1)

    def retry(self, key: str) -> bool:
        """Give a cell back whose worker died; False, and it stays claimed, where its tries are used up."""
        return self._requeue(key, cells.c.tries < self.max_tries)

    def _requeue(self, key: str, *conditions: ColumnElement[bool], **more: Any) -> bool:
        mine = (
            *self._ours,
            cells.c.key == key,
            cells.c.claimed_by == self.owner,
            cells.c.status == "running",
        )
        with self._writing() as connection:
            change = update(cells).where(*mine, *conditions).values(status="queued", **FREE, **more)
            return connection.execute(change).rowcount > 0

    def recover(self) -> int:
        """Requeue the cells of drivers that have died, or fail those that died `max_tries` times; how many there were.

        A driver on this machine is dead when its process is gone, one elsewhere when its heartbeat has stopped.
        """
        with self._writing() as connection:
            age = (now(connection) - cells.c.heartbeat).label("age")
            others = select(cells, age).where(
                *self._ours, cells.c.status == "running", cells.c.claimed_by != self.owner
            )
            dead = [
                row
                for row in connection.execute(others.with_for_update())
                if _is_dead(row.claimed_by, row.age)
            ]
            for row in dead:
                if row.tries >= self.max_tries:
                    outcome = given_up(row)
                    rows.write(connection, outcome)
                    settle(connection, outcome)
                else:
                    connection.execute(
                        update(cells).where(cells.c.id == row.id).values(status="queued", **FREE)
                    )
        return len(dead)

    def counts(self) -> dict[str, int]:
        """How many cells have each status."""
        query = select(cells.c.status, func.count()).where(*self._ours).group_by(cells.c.status)
        with explained(self._database), self._database.reader.connect() as connection:
            found = {str(status): int(count) for status, count in connection.execute(query)}
        return dict.fromkeys(STATUSES, 0) | found

    def beat(self) -> None:
        """Say that this driver lives."""
        with self._writing() as connection:
            mine = (*self._ours, cells.c.claimed_by == self.owner)
            connection.execute(update(cells).where(*mine).values(heartbeat=now(connection)))

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Beat from a thread of its own inside the block."""
        over = threading.Event()

        def beats() -> None:
            while not over.wait(BEAT_SECONDS):
                with suppress(
                    ResweepError
                ):  # the next beat may pass; the main thread meets the fault itself
                    self.beat()

        thread = threading.Thread(target=beats, name="resweep-heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def now(connection: Connection) -> ColumnElement[float]:
    """Seconds since 1970 by the database's clock."""
    return literal_column(CLOCK[connection.dialect.name])


def _is_dead(owner: str, age: float | None) -> bool:
    gone = identity.gone(owner)
    return (age is None or age > STALE_SECONDS) if gone is None else gone


def given_up(row: Any) -> Outcome:
    """What is stored of a cell whose drivers kept dying."""
    reason = f"its process died {row.tries} times without an answer (the last: {row.claimed_by})"
    return Outcome(
        restored(row.experiment),
        "error",
        provenance={"dataset_fingerprint": row.dataset_fingerprint},
        detail=reason,
    )


def restored(fields: dict[str, Any]) -> Experiment:
    """The experiment of a cell, unchecked: it was valid when entered."""
    return Experiment.model_construct(**fields)


def settle(connection: Connection, outcome: Outcome) -> None:
    """Mark the cells of a stored run, in whatever sweep they are, in the transaction that stores it."""
    status = "failed" if outcome.status == "error" else "done"
    error = outcome.detail if outcome.status == "error" else ""
    same = (
        cells.c.key == outcome.experiment.key,
        cells.c.dataset_fingerprint == outcome.fingerprint,
    )
    connection.execute(update(cells).where(*same).values(status=status, error=error, **FREE))


def answered(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a cell's run is stored, one that meets `conditions`."""
    same = (runs.c.key == cells.c.key, runs.c.dataset_fingerprint == cells.c.dataset_fingerprint)
    return exists().where(*same, *conditions)


def read(connection: Connection, sweep_id: int) -> Iterator[Cell]:
    """The cells of a sweep in their order."""
    names = (
        "position",
        "key",
        "dataset_fingerprint",
        "experiment",
        "status",
        "tries",
        "claimed_by",
        "error",
    )
    for row in connection.execute(
        select(*(cells.c[name] for name in names))
        .where(cells.c.sweep_id == sweep_id)
        .order_by(cells.c.id)
    ):
        yield Cell(*row)


def tally(connection: Connection) -> dict[int, dict[str, int]]:
    """For each sweep how many cells have each status."""
    columns = [func.sum(case((cells.c.status == status, 1), else_=0)) for status in STATUSES]
    query = select(cells.c.sweep_id, *columns).group_by(cells.c.sweep_id)
    return {
        row[0]: dict(zip(STATUSES, map(int, row[1:]), strict=True))
        for row in connection.execute(query)
    }
