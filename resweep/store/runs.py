"""Store: finished runs, saved whole and found again by key, by field or newest first."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, delete, func, select

from resweep.errors import MissingError, ResweepError, UsageError
from resweep.experiment import FIELDS, Experiment
from resweep.outcome import Outcome
from resweep.store import cells, rows, settings, study_progress, sweeps
from resweep.store.address import DEFAULT
from resweep.store.cells import Queue
from resweep.store.conditions import compile
from resweep.store.engine import Database, connect
from resweep.store.faults import explained
from resweep.store.merge import Merged, merge, studies
from resweep.store.migrate import prepare
from resweep.store.schema import metrics, runs
from resweep.store.settings import Setting
from resweep.store.where import Condition

FILTERS = {"status": runs.c.status, "fingerprint": runs.c.dataset_fingerprint} | {
    name: runs.c[name] for name in FIELDS
}


class Store:
    """The runs of one database. A run is one experiment on one data set: its key and the data's fingerprint.

    Reading takes no lock and sees one moment of the store, also while others write. Every method raises ResweepError,
    with the store's name and the way out, for what can go wrong on a disk or a server.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, url: str = DEFAULT, *, create: bool = True) -> Self:
        """The store at `url` (SQLite URL, path ending in .db, or PostgreSQL URL).

        `create` makes a missing store and upgrades an older one; without it both are errors and nothing is written.
        """
        database = connect(url)
        try:
            prepare(database, create=create)
        except BaseException:
            database.dispose()
            raise
        return cls(database)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self.close()

    @property
    def name(self) -> str:
        """The store as messages call it, without a password."""
        return self._database.name

    def close(self) -> None:
        """Close every connection."""
        self._database.dispose()

    def save(self, outcome: Outcome) -> None:
        """Store a run, whole or not at all, in place of an older one of the same key and data."""
        with explained(self._database), self._database.writer.begin() as connection:
            rows.write(connection, outcome)
            cells.settle(connection, outcome)

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
        """The cells of a sweep on these data, entered where they are not there yet: see `sweeps.register`."""
        with explained(self._database), self._database.writer.begin() as connection:
            entered = sweeps.register(
                connection, name, definition, digest, experiments, fingerprint, rerun
            )
        return Queue(self._database, entered, fingerprint, max_tries)

    def sweeps(self) -> list[sweeps.Sweep]:
        """Every sweep, newest first, with its cells counted by status."""
        with explained(self._database), self._database.reader.connect() as connection:
            return sweeps.listed(connection)

    def study_progress(self) -> list[study_progress.Study]:
        """Every study that Optuna keeps beside the runs, newest first, with its trials counted by state."""
        with explained(self._database), self._database.reader.connect() as connection:
            return study_progress.listed(connection)

    def cells(self, name: str) -> list[cells.Cell]:
        """The cells of the sweep `name` in their order; UsageError where there is none of that name."""
        with explained(self._database), self._database.reader.connect() as connection:
            return list(cells.read(connection, sweeps.find(connection, name)))

    def find(self, key: str, fingerprint: str) -> Outcome | None:
        """The run of this key on these data, with profiles and curve; None if it was never saved."""
        return next(iter(self._all(*_identity(key, fingerprint))), None)

    def outcomes(
        self,
        *,
        profiles: bool = False,
        curves: bool = True,
        limit: int | None = None,
        sweep: str | None = None,
        where: Condition | None = None,
        **equals: Any,
    ) -> Iterator[Outcome]:
        """Runs, newest first, that meet `where` and whose fields equal those given (a field, `status`, `fingerprint`).

        `sweep` takes the runs of that sweep's cells only.

        The whole iteration sees the store as it was at its first step. Raises UsageError for an unknown field.
        """
        for name in equals:
            if name not in FILTERS:
                raise UsageError(f"unknown field {name!r}: known: {', '.join(FILTERS)}")
        wanted = [FILTERS[name] == value for name, value in equals.items()]
        if sweep is not None:
            wanted.append(sweeps.holds(sweep))
        return self._read(*wanted, where=where, profiles=profiles, curves=curves, limit=limit)

    def settings(self, names: Iterable[str], where: Condition | None = None) -> list[Setting]:
        """The runs that meet `where` gathered by setting and data, oldest first, with their metrics `names`."""
        with explained(self._database), self._database.reader.connect() as connection:
            return settings.read(connection, names, _compiled(connection, where))

    def starts(self, ids: Sequence[int]) -> dict[int, tuple[float, float, tuple[int, int]]]:
        """Mean and second moment at the stem's output and (H, W), by run id, of the runs `ids` that have them."""
        with explained(self._database), self._database.reader.connect() as connection:
            return rows.starts(connection, ids)

    def matching(self, prefix: str) -> list[Outcome]:
        """Every run whose key begins with `prefix`, newest first, with profiles and curve."""
        start = prefix.lower()
        return self._all(
            runs.c.key >= start, runs.c.key < start + "g"
        )  # keys are hexadecimal: g comes after f

    def ids(self, *, prefixes: Sequence[str] = (), where: Condition | None = None) -> list[int]:
        """The runs whose keys begin so, or that meet `where`; MissingError for a beginning that no key has."""
        with explained(self._database), self._database.reader.connect() as connection:
            if where is not None:
                return list(
                    connection.scalars(select(runs.c.id).where(*_compiled(connection, where)))
                )
            found: list[int] = []
            for prefix in prefixes:
                begins = select(runs.c.id).where(
                    runs.c.key.startswith(prefix.lower(), autoescape=True)
                )
                if not (some := list(connection.scalars(begins))):
                    raise MissingError(
                        f"no run begins with {prefix!r} in {self.name}: `resweep ls` lists what there is"
                    )
                found += some
            return list(dict.fromkeys(found))

    def remove(self, ids: Sequence[int]) -> int:
        """Remove these runs; how many there were."""
        with explained(self._database), self._database.writer.begin() as connection:
            pages = (ids[i : i + rows.PAGE] for i in range(0, len(ids), rows.PAGE))
            return sum(
                connection.execute(delete(runs).where(runs.c.id.in_(page))).rowcount
                for page in pages
            )

    def merge(self, other: "Store") -> Merged:
        """Take in everything of another store, whole or not at all: see `resweep.store.merge`."""
        with (
            explained(other._database),
            other._database.reader.connect() as source,
            explained(self._database),
            self._database.writer.begin() as target,
        ):
            return merge(source, target)

    def studies(self) -> int:
        """How many studies of Optuna share this database."""
        with explained(self._database), self._database.reader.connect() as connection:
            return studies(connection)

    def delete(self, *keys: str) -> int:
        """Remove the runs of these (whole) keys, on whatever data; how many there were."""
        with explained(self._database), self._database.writer.begin() as connection:
            pages = (keys[i : i + rows.PAGE] for i in range(0, len(keys), rows.PAGE))
            return sum(
                connection.execute(delete(runs).where(runs.c.key.in_(page))).rowcount
                for page in pages
            )

    def metric_names(self) -> tuple[str, ...]:
        """Every metric that some run has, in alphabetical order."""
        with explained(self._database), self._database.reader.connect() as connection:
            return tuple(
                connection.scalars(select(metrics.c.name).distinct().order_by(metrics.c.name))
            )

    def count(self) -> int:
        """How many runs there are."""
        with explained(self._database), self._database.reader.connect() as connection:
            return connection.scalar(select(func.count()).select_from(runs)) or 0

    def integrity(self) -> list[str]:
        """What is wrong with the store, one line each: damaged pages, orphaned rows, a key that is not its run's."""
        complaints: list[str] = []
        try:
            with explained(self._database), self._database.reader.connect() as connection:
                complaints.extend(_file_faults(connection))
                complaints.extend(_key_faults(connection))
        except ResweepError as fault:  # damaged past checking
            complaints.append(str(fault))
        return complaints

    def _all(self, *conditions: ColumnElement[bool]) -> list[Outcome]:
        return list(self._read(*conditions, profiles=True, curves=True))

    def _read(
        self,
        *conditions: ColumnElement[bool],
        profiles: bool,
        curves: bool,
        limit: int | None = None,
        where: Condition | None = None,
    ) -> Iterator[Outcome]:
        with explained(self._database), self._database.reader.connect() as connection:
            wanted = (*conditions, *_compiled(connection, where))
            query = rows.SELECT.where(*wanted).order_by(runs.c.id.desc()).limit(limit)
            yield from rows.read(connection, query, with_profiles=profiles, with_curves=curves)


def _compiled(connection: Connection, where: Condition | None) -> tuple[ColumnElement[bool], ...]:
    return () if where is None else (compile(where, connection),)


def _identity(key: str, fingerprint: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return runs.c.key == key, runs.c.dataset_fingerprint == fingerprint


def _file_faults(connection: Connection) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        yield from (
            text for (text,) in connection.exec_driver_sql("PRAGMA integrity_check") if text != "ok"
        )
        for table, row_id, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
            yield f"{table}: row {row_id} belongs to no row of {parent}"


def _key_faults(connection: Connection) -> Iterator[str]:
    for row in connection.execute(rows.SELECT.add_columns(runs.c.key).order_by(runs.c.id)):
        experiment = rows.experiment(row)
        if not experiment.resolved or experiment.key != row.key:
            yield f"runs: row {row.id} has key {row.key[:12]}, which is not that of its experiment"
