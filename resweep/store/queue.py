"""The queue of a sweep's cells, shared by any number of drivers on any number of machines.

A claim is one transaction: on SQLite under its single write lock, on PostgreSQL on a row that no
other driver has locked.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, literal_column, select, update

from resweep import identity
from resweep.errors import ResweepError
from resweep.experiment import Experiment
from resweep.outcome import Outcome
from resweep.store import rows
from resweep.store.cells import FREE, STATUSES, restored, settle
from resweep.store.engine import Database
from resweep.store.faults import explained
from resweep.store.schema import cells

BEAT_SECONDS = 20.0
STALE_SECONDS = 120.0  # a driver elsewhere counts as dead after so long without a heartbeat
CLOCK = {  # the database's own, so that the clocks of the machines need not agree
    "sqlite": "(julianday('now') - 2440587.5) * 86400.0",
    "postgresql": "extract(epoch from clock_timestamp())",
}


class Queue:
    """The cells of one sweep on one data set, as one driver sees them.

    A cell whose worker dies is tried `max_tries` times in all.
    """

    def __init__(self, database: Database, sweep_id: int, fingerprint: str, max_tries: int) -> None:
        self._database, self.max_tries = database, max_tries
        self._ours = (cells.c.sweep_id == sweep_id, cells.c.dataset_fingerprint == fingerprint)
        self.owner = identity.me()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with explained(self._database), self._database.writer.begin() as connection:
            yield connection

    def claim(self) -> Experiment | None:
        """Take the next queued cell, or return None if there is none.

        Cells whose worker died come after all others.
        """
        following = (
            select(cells.c.id, cells.c.experiment)
            .where(*self._ours, cells.c.status == "queued")
            .order_by(cells.c.tries, cells.c.position)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        with self._writing() as connection:
            cell = connection.execute(following).one_or_none()
            if cell is None:
                return None
            change = update(cells).where(cells.c.id == cell.id)
            taken = {"status": "running", "tries": cells.c.tries + 1, "claimed_by": self.owner}
            connection.execute(change.values(**taken, heartbeat=now(connection)))
            return restored(cell.experiment)

    def release(self, key: str) -> None:
        """Give a claimed cell back unmeasured; this try does not count."""
        self._requeue(key, tries=cells.c.tries - 1)

    def retry(self, key: str) -> bool:
        """Give a cell back whose worker died; False, and it stays claimed, after its last try."""
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
        """Queue the cells of drivers that have died; return how many there were.

        A cell whose drivers died `max_tries` times is given up. A driver on this machine is dead
        when its process is gone, one elsewhere when its heartbeat has stopped.
        """
        with self._writing() as connection:
            age = (now(connection) - cells.c.heartbeat).label("age")
            others = select(cells, age).where(
                *self._ours, cells.c.status == "running", cells.c.claimed_by != self.owner
            )
            held = connection.execute(others.with_for_update()).all()
            dead = [row for row in held if _is_dead(row.claimed_by, row.age)]
            for row in dead:
                if row.tries >= self.max_tries:
                    outcome = given_up(row)
                    rows.write(connection, outcome)
                    settle(connection, outcome)
                else:
                    change = update(cells).where(cells.c.id == row.id)
                    connection.execute(change.values(status="queued", **FREE))
        return len(dead)

    def counts(self) -> dict[str, int]:
        """Return how many cells have each status."""
        query = select(cells.c.status, func.count()).where(*self._ours).group_by(cells.c.status)
        counts = dict.fromkeys(STATUSES, 0)
        with explained(self._database), self._database.reader.connect() as connection:
            for status, count in connection.execute(query):
                counts[status] = int(count)
        return counts

    def beat(self) -> None:
        """Say that this driver lives."""
        with self._writing() as connection:
            mine = update(cells).where(*self._ours, cells.c.claimed_by == self.owner)
            connection.execute(mine.values(heartbeat=now(connection)))

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Beat every `BEAT_SECONDS` from a thread of its own inside the block."""
        over = threading.Event()

        def beats() -> None:
            while not over.wait(BEAT_SECONDS):
                # The next beat may pass, and the main thread meets the fault itself.
                with suppress(ResweepError):
                    self.beat()

        thread = threading.Thread(target=beats, name="resweep-heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def now(connection: Connection) -> ColumnElement[float]:
    """Return seconds since 1970 by the database's clock, as SQL."""
    return literal_column(CLOCK[connection.dialect.name])


def given_up(row: Any) -> Outcome:
    """Return what is stored of a cell whose drivers kept dying."""
    reason = f"its process died {row.tries} times without an answer (the last: {row.claimed_by})"
    return Outcome(
        restored(row.experiment),
        "error",
        provenance={"dataset_fingerprint": row.dataset_fingerprint},
        detail=reason,
    )


def _is_dead(owner: str, age: float | None) -> bool:
    gone = identity.gone(owner)
    return (age is None or age > STALE_SECONDS) if gone is None else gone
