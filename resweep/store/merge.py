"""Copies the runs and sweeps of one store into another, row by row, whatever database each is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from resweep.errors import ResweepError
from resweep.store import inspections, salvage
from resweep.store.cells import FREE
from resweep.store.rows import PAGE
from resweep.store.schema import cells, curve, metrics, profiles, runs, sweeps

SERIES = (metrics, profiles, curve)

Runs = dict[tuple[str, str], Any]  # (key, fingerprint) -> row


@dataclass(frozen=True)
class Merged:
    """What a merge did: runs that were new, that replaced an older one, and that gave way.

    `sweeps`, `cells`, `studies` and `trials` count those that were new, `inspections` those that
    were new or newer.
    """

    added: int = 0
    replaced: int = 0
    kept: int = 0
    sweeps: int = 0
    cells: int = 0
    studies: int = 0
    trials: int = 0
    inspections: int = 0


def merge(source: Connection, target: Connection) -> Merged:
    """Copy everything of `source` into `target`.

    Of two runs with the same key and data the one stored later stays, but an `error` never takes
    the place of a measured run. A sweep that both stores have gets the cells that are missing. A
    cell that was running in `source` is queued, and one whose run has come is done.

    Of a damaged source everything that can be read is taken.

    Raises ResweepError, before anything is written, if the two stores have sweeps of one name with
    different cells.
    """
    _refuse_other_sweeps_of_one_name(source, target)
    added = replaced = kept = 0
    for page in _pages(source):
        coming, giving_way, older = _compare(target, page)
        if older:
            target.execute(delete(runs).where(runs.c.id.in_(older)))
        _copy(source, target, coming)
        _end_cells(target, coming)
        added += len(coming) - len(older)
        replaced += len(older)
        kept += giving_way
    new, moved = _sweeps(source, target)
    copied = inspections.merge(source, target)
    return Merged(added, replaced, kept, new, moved, inspections=copied)


def _pages(source: Connection) -> Iterator[Sequence[Row[Any]]]:
    """Yield the runs of `source` in pages."""
    pages = salvage.pages(source) if salvage.is_damaged(source) else [None]
    for ids in pages:
        query = select(runs).order_by(runs.c.id)
        if ids is not None:
            query = query.where(runs.c.id.in_(ids))
        yield from source.execute(query).partitions(PAGE)


def _end_cells(target: Connection, coming: Sequence[Row[Any]]) -> None:
    """Mark as done the waiting cells of `target` whose measured runs have come."""
    measured = {(row.key, row.dataset_fingerprint) for row in coming if row.status != "error"}
    waiting = select(cells.c.id, cells.c.key, cells.c.dataset_fingerprint).where(
        cells.c.key.in_([key for key, _ in measured]), cells.c.status.in_(("queued", "failed"))
    )
    rows = target.execute(waiting).all()
    done = [row.id for row in rows if (row.key, row.dataset_fingerprint) in measured]
    if done:
        change = update(cells).where(cells.c.id.in_(done))
        target.execute(change.values(status="done", error="", **FREE))


def _rank(run: Row[Any]) -> tuple[bool, datetime]:
    """Of two runs the one that ranks higher stays."""
    return run.status != "error", _time(run.stored)


def _compare(target: Connection, page: Sequence[Row[Any]]) -> tuple[list[Row[Any]], int, list[int]]:
    """Return the rows of `page` to copy, how many stay behind, and the ids they replace."""
    here = _stored(target, page)
    coming: list[Row[Any]] = []
    older: list[int] = []
    for row in page:
        other = here.get((row.key, row.dataset_fingerprint))
        if other is None:
            coming.append(row)
        elif _rank(other) < _rank(row):
            coming.append(row)
            older.append(other.id)
    return coming, len(page) - len(coming), older


def _stored(target: Connection, page: Sequence[Row[Any]]) -> Runs:
    """Return the runs of `target` that have the key and data of a row of `page`."""
    wanted = {(row.key, row.dataset_fingerprint) for row in page}
    columns = (runs.c.id, runs.c.key, runs.c.dataset_fingerprint, runs.c.status, runs.c.stored)
    query = select(*columns).where(runs.c.key.in_([key for key, _ in wanted]))
    rows = {(row.key, row.dataset_fingerprint): row for row in target.execute(query)}
    return {name: row for name, row in rows.items() if name in wanted}


def _copy(source: Connection, target: Connection, coming: Sequence[Row[Any]]) -> None:
    """Insert runs, then their metrics, profiles and curves under the ids that they have got."""
    if not coming:
        return
    target.execute(insert(runs), [_without_id(row) for row in coming])
    stored = _stored(target, coming)
    new_ids = {row.id: stored[row.key, row.dataset_fingerprint].id for row in coming}
    for table in SERIES:
        rows = source.execute(select(table).where(table.c.run_id.in_(new_ids)))
        moved = [{**row._mapping, "run_id": new_ids[row.run_id]} for row in rows]
        if moved:
            target.execute(insert(table), moved)


def _refuse_other_sweeps_of_one_name(source: Connection, target: Connection) -> None:
    here = {row.name: row.hash for row in target.execute(select(sweeps.c.name, sweeps.c.hash))}
    for row in source.execute(select(sweeps.c.name, sweeps.c.hash)):
        if here.get(row.name, row.hash) != row.hash:
            raise ResweepError(
                f"both stores have a sweep {row.name!r} with other content: nothing was merged"
            )


def _sweeps(source: Connection, target: Connection) -> tuple[int, int]:
    """Copy what is missing of sweeps and cells; return how many of each were new."""
    here = {row.name: row.id for row in target.execute(select(sweeps.c.name, sweeps.c.id))}
    new = added = 0
    for row in source.execute(select(sweeps)):
        if row.name not in here:
            entered = insert(sweeps).returning(sweeps.c.id)
            here[row.name] = target.execute(entered, _without_id(row)).scalar_one()
            new += 1
        added += _cells(source, target, row.id, here[row.name])
    return new, added


def _cells(source: Connection, target: Connection, source_sweep: int, target_sweep: int) -> int:
    names = select(cells.c.key, cells.c.dataset_fingerprint).where(cells.c.sweep_id == target_sweep)
    here = {tuple(row) for row in target.execute(names)}
    of_sweep = select(cells).where(cells.c.sweep_id == source_sweep).order_by(cells.c.id)
    moved = []
    for row in source.execute(of_sweep):
        if (row.key, row.dataset_fingerprint) not in here:
            moved.append({**_without_id(row), **_idle(row), "sweep_id": target_sweep})
    if moved:
        target.execute(insert(cells), moved)
    return len(moved)


def _idle(cell: Row[Any]) -> dict[str, Any]:
    """A cell that a driver of the other store holds is nobody's here."""
    status = "queued" if cell.status == "running" else cell.status
    return {**FREE, "status": status}


def _without_id(row: Row[Any]) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if name != "id"}


def _time(stored: datetime) -> datetime:
    """SQLite gives times back without their zone: they are UTC."""
    return stored if stored.tzinfo else stored.replace(tzinfo=UTC)
