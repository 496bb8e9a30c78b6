"""One store's runs and sweeps into another, row by row, whatever database each is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, inspect, select

from resweep.errors import ResweepError
from resweep.store.cells import FREE
from resweep.store.rows import PAGE
from resweep.store.schema import cells, curve, metrics, profiles, runs, sweeps

SERIES = (metrics, profiles, curve)


@dataclass(frozen=True)
class Merged:
    """How many runs were new, took the place of an older one, or gave way to a newer one; how many sweeps and cells."""

    added: int = 0
    replaced: int = 0
    kept: int = 0
    sweeps: int = 0
    cells: int = 0


def merge(source: Connection, target: Connection) -> Merged:
    """Everything of `source` into `target`: of two runs with the same key and data the one stored later stays.

    A sweep that both have gets the cells that are missing; one that was running is queued there. Raises ResweepError,
    before anything is written, where the two have sweeps of one name with other content.
    """
    _agree(source, target)
    counts = [0, 0, 0]
    pages = source.execute(select(runs).order_by(runs.c.id)).partitions(PAGE)
    for page in pages:
        for i, n in enumerate(_runs(source, target, page)):
            counts[i] += n
    new, moved = _sweeps(source, target)
    return Merged(counts[0], counts[1], counts[2], new, moved)


def studies(connection: Connection) -> int:
    """How many studies Optuna keeps in this database; its own tables are not ours to copy."""
    if "studies" not in inspect(connection).get_table_names():
        return 0
    return int(connection.exec_driver_sql("SELECT count(*) FROM studies").scalar() or 0)


def _runs(source: Connection, target: Connection, page: Any) -> tuple[int, int, int]:
    ours = {(row.key, row.dataset_fingerprint): row for row in page}
    theirs = {(row.key, row.dataset_fingerprint): row for row in _same(target, ours)}
    older = [row for name, row in theirs.items() if _time(row.stored) < _time(ours[name].stored)]
    kept = theirs.keys() - {(row.key, row.dataset_fingerprint) for row in older}
    if older:
        target.execute(delete(runs).where(runs.c.id.in_([row.id for row in older])))
    coming = [row for name, row in ours.items() if name not in kept]
    if coming:
        target.execute(insert(runs), [_without_id(row) for row in coming])
        _series(source, target, coming)
    return len(coming) - len(older), len(older), len(kept)


def _same(target: Connection, ours: dict[tuple[str, str], Any]) -> Iterator[Any]:
    keys = [key for key, _ in ours]
    query = select(runs.c.id, runs.c.key, runs.c.dataset_fingerprint, runs.c.stored).where(
        runs.c.key.in_(keys)
    )
    return (row for row in target.execute(query) if (row.key, row.dataset_fingerprint) in ours)


def _series(source: Connection, target: Connection, coming: list[Row[Any]]) -> None:
    """Metrics, profiles and curves under the ids that the runs have got."""
    names = {(row.key, row.dataset_fingerprint): row.id for row in coming}
    places = {names[row.key, row.dataset_fingerprint]: row.id for row in _same(target, names)}
    for table in SERIES:
        found = source.execute(select(table).where(table.c.run_id.in_(places)))
        moved = [dict(row._mapping) | {"run_id": places[row.run_id]} for row in found]
        if moved:
            target.execute(insert(table), moved)


def _agree(source: Connection, target: Connection) -> None:
    theirs = {row.name: row.hash for row in target.execute(select(sweeps.c.name, sweeps.c.hash))}
    for row in source.execute(select(sweeps.c.name, sweeps.c.hash)):
        if theirs.get(row.name, row.hash) != row.hash:
            raise ResweepError(
                f"both stores have a sweep {row.name!r} with other content: nothing was merged"
            )


def _sweeps(source: Connection, target: Connection) -> tuple[int, int]:
    there = {row.name: row.id for row in target.execute(select(sweeps.c.name, sweeps.c.id))}
    new = added = 0
    for row in source.execute(select(sweeps)):
        if row.name not in there:
            there[row.name] = target.execute(
                insert(sweeps).returning(sweeps.c.id), _without_id(row)
            ).scalar_one()
            new += 1
        added += _cells(source, target, row.id, there[row.name])
    return new, added


def _cells(source: Connection, target: Connection, old: int, new: int) -> int:
    names = select(cells.c.key, cells.c.dataset_fingerprint).where(cells.c.sweep_id == new)
    there = {tuple(row) for row in target.execute(names)}
    found = source.execute(select(cells).where(cells.c.sweep_id == old).order_by(cells.c.id))
    missing = [row for row in found if (row.key, row.dataset_fingerprint) not in there]
    moved = [_without_id(row) | {"sweep_id": new, **_idle(row)} for row in missing]
    if moved:
        target.execute(insert(cells), moved)
    return len(moved)


def _idle(cell: Row[Any]) -> dict[str, Any]:
    """A cell that a driver of the other store holds is nobody's here."""
    return {**FREE, "status": "queued" if cell.status == "running" else cell.status}


def _without_id(row: Row[Any]) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if name != "id"}


def _time(stored: datetime) -> datetime:
    """SQLite gives times back without their zone: they are UTC."""
    return stored if stored.tzinfo else stored.replace(tzinfo=UTC)
