"""Store: finished runs, saved whole and found again by key, by field or newest first."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import Any, Self, TypeVar

from sqlalchemy import ColumnElement, Connection, delete, func, select

from resweep.errors import MissingError, ResweepError
from resweep.experiment import Experiment
from resweep.outcome import Outcome
from resweep.outcome.question import Answer
from resweep.store import (
    beside,
    cells,
    conditions,
    inspections,
    integrity,
    rows,
    salvage,
    saving,
    settings,
    study_progress,
    sweeps,
)
from resweep.store.address import DEFAULT
from resweep.store.engine import Database, connect
from resweep.store.faults import explain, explained, of_database
from resweep.store.merge import Merged, merge
from resweep.store.merge_studies import CopyStudies, merge_studies
from resweep.store.migrate import prepare
from resweep.store.patience import patiently, patiently_once_there
from resweep.store.queue import Queue
from resweep.store.schema import runs
from resweep.store.settings import Setting
from resweep.store.where import Condition

T = TypeVar("T")


class Store:
    """The runs of one database; a run is one experiment on one data set.

    A run is known by the experiment's key and the fingerprint of the data. Reading takes no lock
    and sees one moment of the store, also while others write. Every method raises ResweepError,
    with the store's name and the way out, for what can go wrong on a disk or a server.

    `url` is the address that it was opened by, which may hold a password and is not shown.
    """

    def __init__(self, database: Database, url: str = "") -> None:
        self._database = database
        self.url = url

    @classmethod
    def open(cls, url: str = DEFAULT, *, create: bool = True) -> Self:
        """Open the store at `url`: a SQLite URL, a path ending in .db, or a PostgreSQL URL.

        `create` makes a missing store and upgrades an older one; without it both are errors and
        nothing is written. Raises ResweepError for a SQLite file on a network file system that
        another process writes.
        """
        database = connect(url)
        try:
            if create and database.sole is not None:
                database.sole.take()
            patiently_once_there(lambda: prepare(database, create=create))
        except BaseException:
            database.dispose()
            raise
        return cls(database, url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Close the store; what another library met in its database is explained as ours is."""
        self.close()
        fault = None if isinstance(error, ResweepError) else of_database(error)
        if fault is not None:
            raise explain(self._database, fault) from error

    @property
    def name(self) -> str:
        """The store as messages call it, without a password."""
        return self._database.name

    def close(self) -> None:
        """Close every connection."""
        self._database.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with explained(self._database), self._database.reader.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with explained(self._database), self._database.writer.begin() as connection:
            yield connection

    def save(self, outcome: Outcome) -> None:
        """Store a run, whole or not at all, in place of an older one of the same key and data.

        An `error` does not take the place of a measured run. It waits for a database that is away
        for a while, see `resweep.store.patience`.
        """

        def transaction() -> None:
            with self._writing() as connection:
                saving.save(connection, outcome)

        patiently(transaction)

    def queue(
        self,
        name: str,
        definition: dict[str, Any],
        digest: str,
        experiments: Sequence[Experiment],
        fingerprint: str,
        *,
        rerun: "sweeps.Rerun | None" = None,
        max_tries: int = 3,
    ) -> Queue:
        """Enter a sweep, or find it again, and return the queue of its cells on these data.

        See `resweep.store.sweeps.register` for what is entered and what `rerun` queues again. It
        waits for a database that is away, and for other drivers that enter the same sweep.
        """

        def transaction() -> int:
            with self._writing() as connection:
                return sweeps.register(
                    connection, name, definition, digest, experiments, fingerprint, rerun
                )

        return Queue(self._database, patiently(transaction), fingerprint, max_tries)

    def queue_of(self, name: str, fingerprint: str, *, max_tries: int = 3) -> Queue:
        """Return the queue of a sweep that was entered; UsageError for an unknown name."""

        def look() -> int:
            with self._reading() as connection:
                return sweeps.find(connection, name)

        return Queue(self._database, patiently(look), fingerprint, max_tries)

    def sweeps(self) -> list[sweeps.Sweep]:
        """Return every sweep, newest first, with its cells counted by status."""
        with self._reading() as connection:
            return sweeps.listed(connection)

    def cells(self, name: str) -> list[cells.Cell]:
        """Return the cells of the sweep `name` in their order; UsageError for an unknown name."""
        with self._reading() as connection:
            return list(cells.read(connection, sweeps.find(connection, name)))

    def study_progress(self) -> list[study_progress.StudyProgress]:
        """Return every study that Optuna keeps beside the runs, newest first, with its trials."""
        with self._reading() as connection:
            return study_progress.listed(connection)

    def has_studies(self) -> bool:
        """Return whether Optuna keeps studies beside the runs that this user may read."""
        with self._reading() as connection:
            return beside.may_read_studies(connection)

    def steadily(self, work: Callable[[], T]) -> T:
        """Return what `work` returns: another library's work on the database of this store.

        It is repeated while the database is away for a while, see `resweep.store.patience`. Its
        faults are explained as the store's own are.
        """

        def explained_work() -> T:
            with explained(self._database):
                return work()

        return patiently(explained_work)

    def find(self, key: str, fingerprint: str) -> Outcome | None:
        """Return the run of this key on these data, whole; None if it was never saved."""

        def read() -> list[Outcome]:
            wanted = rows.identity(key, fingerprint)
            return list(self._read(*wanted, profiles=True, curves=True))

        matching = patiently(read)
        return matching[0] if matching else None

    def matching(self, prefix: str) -> list[Outcome]:
        """Return every run whose key begins with `prefix`, newest first, whole."""
        start = prefix.lower()
        end = start + "g"  # keys are hexadecimal: g comes after f
        matching = self._read(runs.c.key >= start, runs.c.key < end, profiles=True, curves=True)
        return list(matching)

    def outcomes(
        self,
        *,
        profiles: bool = False,
        curves: bool = True,
        limit: int | None = None,
        sweep: str | None = None,
        where: Condition | None = None,
        ids: Sequence[int] | None = None,
        **equals: Any,
    ) -> Iterator[Outcome]:
        """Yield runs, newest first, that meet `where` and whose columns equal those of `equals`.

        `sweep` takes only the runs of that sweep's cells, `ids` only those that the store has under
        these numbers. The whole iteration sees the store as it was at its first step. Raises
        UsageError, at the call, for an unknown column.
        """
        wanted = conditions.equal(equals)
        if sweep is not None:
            wanted.append(sweeps.holds(sweep))
        if ids is not None:
            wanted.append(runs.c.id.in_(ids))
        return self._read(*wanted, where=where, profiles=profiles, curves=curves, limit=limit)

    def _read(
        self,
        *wanted: ColumnElement[bool],
        profiles: bool,
        curves: bool,
        limit: int | None = None,
        where: Condition | None = None,
    ) -> Iterator[Outcome]:
        with self._reading() as connection:
            all_of = (*wanted, *_compiled(connection, where))
            query = rows.SELECT.where(*all_of).order_by(runs.c.id.desc()).limit(limit)
            found = rows.read(connection, query, with_profiles=profiles, with_curves=curves)
            yield from islice(found, limit)

    def settings(self, names: Iterable[str], where: Condition | None = None) -> list[Setting]:
        """Return the runs that meet `where` gathered by setting, with their metrics `names`."""
        with self._reading() as connection:
            return settings.read(connection, names, _compiled(connection, where))

    def starts(self, ids: Sequence[int]) -> dict[int, tuple[float, float, tuple[int, int]]]:
        """Return mean, second moment and (H, W) at the stem's output, by run id.

        Runs that did not measure them are left out.
        """
        with self._reading() as connection:
            return rows.starts(connection, ids)

    def ids(self, *, prefixes: Sequence[str] = (), where: Condition | None = None) -> list[int]:
        """Return the ids of the runs that meet `where`, or else whose keys begin with a prefix.

        Raises MissingError for a prefix that no key has.
        """
        with self._reading() as connection:
            if where is not None:
                query = select(runs.c.id).where(*_compiled(connection, where))
                return list(connection.scalars(query))
            ids: list[int] = []
            for prefix in prefixes:
                begins = runs.c.key.startswith(prefix.lower(), autoescape=True)
                matching = list(connection.scalars(select(runs.c.id).where(begins)))
                if not matching:
                    raise MissingError(
                        f"no run begins with {prefix!r} in {self.name}: "
                        "`resweep ls` lists what there is"
                    )
                ids += matching
            return list(dict.fromkeys(ids))

    def remove(self, ids: Sequence[int]) -> int:
        """Remove these runs; return how many there were."""
        removed = 0
        with self._writing() as connection:
            for start in range(0, len(ids), rows.PAGE):
                page = ids[start : start + rows.PAGE]
                removed += connection.execute(delete(runs).where(runs.c.id.in_(page))).rowcount
        return removed

    def keep(self, answer: Answer) -> None:
        """Store an inspection in place of an older answer to the same question."""

        def transaction() -> None:
            with self._writing() as connection:
                inspections.write(connection, answer)

        patiently(transaction)

    def inspections(self, prefix: str = "") -> list[Answer]:
        """Return every inspection whose key begins with `prefix`, newest first."""
        with self._reading() as connection:
            return list(inspections.read(connection, prefix))

    def forget(self, keys: Sequence[str]) -> int:
        """Remove the inspections of these keys; return how many there were."""
        with self._writing() as connection:
            return inspections.remove(connection, keys)

    def merge(self, other: "Store", studies: CopyStudies | None = None) -> Merged:
        """Take in everything of another store, or nothing: see `resweep.store.merge`.

        `studies(source, target)` copies the studies of Optuna in the same transaction; without it
        they stay where they are.
        """
        with other._reading() as source, self._writing() as target:
            merged = merge(source, target)
            if studies is None:
                return merged
            new, trials = merge_studies(source, target, studies)
            return replace(merged, studies=new, trials=trials)

    def metric_names(self) -> tuple[str, ...]:
        """Return every metric that some run has, in alphabetical order."""
        with self._reading() as connection:
            return tuple(conditions.metric_names(connection))

    def count(self) -> int:
        """Return how many runs there are, in a damaged file how many can be read."""

        def fetch(ids: salvage.Ids | None) -> list[int]:
            query = select(func.count()).select_from(runs)
            if ids is not None:
                query = query.where(runs.c.id.in_(ids))
            return [connection.scalar(query) or 0]

        with self._reading() as connection:
            return sum(salvage.piecewise(connection, fetch))

    def integrity(self) -> list[str]:
        """Return one line for each fault of the store: see `resweep.store.integrity`."""
        complaints: list[str] = []
        try:
            with self._reading() as connection:
                complaints.extend(integrity.faults(connection))
        except ResweepError as fault:  # damaged past checking
            complaints.append(str(fault))
        return complaints


def _compiled(connection: Connection, where: Condition | None) -> list[ColumnElement[bool]]:
    return [] if where is None else [conditions.compile(where, connection)]
