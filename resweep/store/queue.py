"""The queue of a sweep's cells, shared by any number of drivers on any number of machines.

A claim is one transaction: on SQLite under its single write lock, on PostgreSQL on a row that no
other driver has locked. On SQLite it waits for no disk: a power failure that undoes it ends the
driver too, and the cell is queued as it was. Every method waits for a database that is away for a
while (see `resweep.store.patience`).
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
    update,
)

from resweep import identity
from resweep.errors import ResweepError
from resweep.experiment import Experiment
from resweep.outcome import Outcome
from resweep.store import saving
from resweep.store.cells import FREE, STATUSES, restored
from resweep.store.engine import Database
from resweep.store.faults import explained
from resweep.store.patience import patiently
from resweep.store.schema import cells

BEAT_SECONDS = 20.0
STALE_SECONDS = 120.0  # a driver that cannot be seen is dead after so long without a heartbeat
SKEW_SECONDS = 3600.0  # by how much the clocks of two machines may differ
CLOCK = {
    "sqlite": "(julianday('now') - 2440587.5) * 86400.0",
    "postgresql": "extract(epoch from clock_timestamp())",
}

T = TypeVar("T")


class Queue:
    """The cells of one sweep on one data set, as one driver sees them.

    A cell is tried again when its worker dies while the driver lives, `max_tries` times in all. The
    death of a driver does not count: whoever ended it did not mean the cell.
    """

    def __init__(self, database: Database, sweep_id: int, fingerprint: str, max_tries: int) -> None:
        self._database, self.max_tries = database, max_tries
        self._ours = (cells.c.sweep_id == sweep_id, cells.c.dataset_fingerprint == fingerprint)
        self.owner = identity.me()
        self._held: set[str] = set()  # keys of the cells that this driver has claimed
        self._left: list[int] = []  # ids of cells that dead drivers left
        self._heard: dict[int, tuple[float, float]] = {}  # id -> last heartbeat, and when it came

    def _patiently(self, work: Callable[[Connection], T], engine: Engine | None = None) -> T:
        """Return what `work` returns, in a transaction that writes; `engine` is not the writer."""
        writer = engine or self._database.writer

        def transaction() -> T:
            with explained(self._database), writer.begin() as connection:
                return work(connection)

        return patiently(transaction)

    def _claimed(self, key: str) -> ColumnElement[bool]:
        """The condition that a cell is running under this driver's name."""
        mine = (cells.c.claimed_by == self.owner, cells.c.status == "running")
        return and_(*self._ours, cells.c.key == key, *mine)

    def claim(self) -> Experiment | None:
        """Take the next queued cell, or return None if there is none.

        Cells whose worker died come after all others, and so do those whose driver this one found
        dead: they may have been the reason.
        """
        experiment = self._patiently(self._take, self._database.claimer)
        if experiment is not None:
            self._held.add(experiment.key)
        return experiment

    def _take(self, connection: Connection) -> Experiment | None:
        order: list[Any] = [cells.c.tries, cells.c.position]
        if self._left:
            order.insert(0, case((cells.c.id.in_(self._left), 1), else_=0))
        following = (
            select(cells.c.id, cells.c.experiment)
            .where(*self._ours, cells.c.status == "queued")
            .order_by(*order)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        cell = connection.execute(following).one_or_none()
        if cell is None:
            return None
        change = update(cells).where(cells.c.id == cell.id)
        taken = {"status": "running", "tries": cells.c.tries + 1, "claimed_by": self.owner}
        connection.execute(change.values(**taken, heartbeat=now(connection)))
        return restored(cell.experiment)

    def find(self, key: str, fingerprint: str) -> None:
        """Return None: a cell that was claimed is measured, whatever is stored already."""

    def save(self, outcome: Outcome) -> None:
        """Store the outcome of a claimed cell, and end the cell, unless another driver has it now.

        See `resweep.store.saving` for what becomes of it then.
        """
        claim = self._claimed(outcome.experiment.key)
        self._patiently(lambda c: saving.save_claimed(c, outcome, claim, self.owner))
        self._held.discard(outcome.experiment.key)

    def release(self, key: str) -> None:
        """Give a claimed cell back unmeasured; this try does not count."""
        change = update(cells).where(self._claimed(key))
        change = change.values(status="queued", tries=cells.c.tries - 1, **FREE)
        self._patiently(lambda connection: connection.execute(change))
        self._held.discard(key)

    def retry(self, key: str) -> bool:
        """Give a cell back whose worker died; False, and it stays claimed, after its last try.

        True also if another driver has the cell by now: nothing is to be stored of it here.
        """

        def requeue(connection: Connection) -> bool:
            query = select(cells.c.id, cells.c.tries).where(self._claimed(key)).with_for_update()
            cell = connection.execute(query).one_or_none()
            if cell is None:
                return True
            if cell.tries >= self.max_tries:
                return False
            change = update(cells).where(cells.c.id == cell.id)
            connection.execute(change.values(status="queued", **FREE))
            return True

        given_back = self._patiently(requeue)
        if given_back:
            self._held.discard(key)
        return given_back

    def recover(self) -> int:
        """Queue the cells of drivers that have died; return how many there were.

        A driver that this machine can see is dead when its process has ended, another when its
        heartbeat has stopped.
        """

        def requeue(connection: Connection) -> list[int]:
            age = (now(connection) - cells.c.heartbeat).label("age")
            lost = and_(cells.c.claimed_by == self.owner, cells.c.key.not_in(self._held))
            others = or_(cells.c.claimed_by != self.owner, lost)
            query = select(cells, age).where(*self._ours, cells.c.status == "running", others)
            held = connection.execute(query.with_for_update()).all()
            sqlite = connection.dialect.name == "sqlite"
            dead = [row.id for row in held if self._is_dead(row, own_clocks=sqlite)]
            change = update(cells).where(cells.c.id.in_(dead))
            connection.execute(change.values(status="queued", tries=cells.c.tries - 1, **FREE))
            return dead

        dead = self._patiently(requeue)
        self._left += dead
        return len(dead)

    def _is_dead(self, row: Any, *, own_clocks: bool) -> bool:
        """Whether the driver that holds a cell has ended.

        `own_clocks`: each machine wrote its heartbeats by its own clock, as with SQLite. A driver
        under another clock is dead if its heartbeat has not changed for `STALE_SECONDS` of ours.
        """
        if row.claimed_by == self.owner:  # claimed by us, but the answer was lost on its way
            return True
        gone = identity.gone(row.claimed_by)
        if gone is not None:
            return gone
        if row.age is None:
            return True
        if not own_clocks or identity.same_clock(row.claimed_by):
            return bool(row.age > STALE_SECONDS)
        if row.age > STALE_SECONDS + SKEW_SECONDS:
            return True
        heartbeat, heard = self._heard.get(row.id, (None, 0.0))
        if heartbeat != row.heartbeat:
            self._heard[row.id] = (row.heartbeat, monotonic())
            return False
        return monotonic() - heard > STALE_SECONDS

    def unseen(self) -> list[str]:
        """Return the names of the drivers that hold cells and cannot be seen from here."""
        query = select(cells.c.claimed_by).where(*self._ours, cells.c.status == "running")
        names = self._patiently(lambda connection: list(connection.scalars(query.distinct())))
        return [name for name in names if identity.gone(name) is None]

    def counts(self) -> dict[str, int]:
        """Return how many cells have each status."""
        query = select(cells.c.status, func.count()).where(*self._ours).group_by(cells.c.status)

        def count() -> dict[str, int]:
            with explained(self._database), self._database.reader.connect() as connection:
                rows = connection.execute(query).all()
            return dict.fromkeys(STATUSES, 0) | {status: int(n) for status, n in rows}

        return patiently(count)

    def waiting(self) -> list[Experiment]:
        """Return the experiments of the queued cells, in their order; claim none of them."""
        query = select(cells.c.experiment).where(*self._ours, cells.c.status == "queued")
        query = query.order_by(cells.c.tries, cells.c.position)
        with explained(self._database), self._database.reader.connect() as connection:
            return [restored(fields) for fields in connection.scalars(query)]

    def failures(self) -> list[Outcome]:
        """Return an outcome of status `error` for each failed cell, with the reason."""
        columns = (cells.c.experiment, cells.c.dataset_fingerprint, cells.c.error)
        query = select(*columns).where(*self._ours, cells.c.status == "failed")

        def read() -> Sequence[Any]:
            with explained(self._database), self._database.reader.connect() as connection:
                return connection.execute(query).all()

        failed = []
        for row in patiently(read):
            data = {"dataset_fingerprint": row.dataset_fingerprint}
            experiment = restored(row.experiment)
            failed.append(Outcome(experiment, "error", provenance=data, detail=row.error))
        return failed

    def beat(self) -> None:
        """Say that this driver lives."""
        mine = update(cells).where(*self._ours, cells.c.claimed_by == self.owner)
        with explained(self._database), self._database.claimer.begin() as connection:
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
    """Return seconds since 1970, as SQL: the server's clock, or with SQLite this machine's."""
    return literal_column(CLOCK[connection.dialect.name])
