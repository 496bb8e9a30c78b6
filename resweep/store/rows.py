"""Turns an Outcome into rows of the tables, and rows back into an Outcome."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, delete, func, insert, select

from resweep.experiment import FIELDS, Experiment
from resweep.outcome import Epoch, Outcome
from resweep.store.salvage import is_damage, pages
from resweep.store.schema import curve, metrics, profiles, runs

PAGE = 1000  # runs whose metrics, profiles and curves are read together
HEADER = ("id", "status", "detail", "provenance")
SELECT = select(*(runs.c[name] for name in HEADER + FIELDS))

Series = dict[int, list[tuple[Any, ...]]]  # run id -> the rows of one table, without that id


def run_row(outcome: Outcome) -> dict[str, Any]:
    """Return the row of `runs` for an outcome, stored now."""
    return {
        "key": outcome.experiment.key,
        "dataset_fingerprint": outcome.fingerprint,
        "status": outcome.status,
        "detail": outcome.detail,
        "provenance": outcome.provenance,
        "stored": datetime.now(UTC),
        **outcome.experiment.model_dump(),
    }


def series_rows(outcome: Outcome, run_id: int) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    """Yield (table, its rows) for metrics, profiles and curve, leaving out what is empty."""
    if outcome.metrics:
        yield metrics, [_named(run_id, n, "value", v) for n, v in outcome.metrics.items()]
    if outcome.profiles:
        yield profiles, [_named(run_id, n, "values", v) for n, v in outcome.profiles.items()]
    if outcome.curve:
        yield curve, [{"run_id": run_id, **asdict(epoch)} for epoch in outcome.curve]


def write(connection: Connection, outcome: Outcome) -> None:
    """Store a run in place of an older one with the same key and data."""
    row = run_row(outcome)
    lock(connection, row["key"])
    connection.execute(delete(runs).where(*identity(row["key"], row["dataset_fingerprint"])))
    run_id = connection.execute(insert(runs).returning(runs.c.id), row).scalar_one()
    for table, children in series_rows(outcome, run_id):
        connection.execute(insert(table), children)


def lock(connection: Connection, key: str) -> None:
    """Let no other transaction write a run of this key until the end of this one.

    SQLite has a single writer anyway; on PostgreSQL two drivers may replace the same run at once.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(int(key[:15], 16))))


def identity(key: str, fingerprint: str) -> tuple[Any, Any]:
    """Return the conditions that choose the run of this key on these data."""
    return runs.c.key == key, runs.c.dataset_fingerprint == fingerprint


def read(
    connection: Connection, query: Select[Any], *, with_profiles: bool, with_curves: bool
) -> Iterator[Outcome]:
    """Yield the outcomes of a query that extends `SELECT`, by falling id.

    It takes at most four statements for each page of 1,000 runs. Of a damaged file the runs that
    can be read are taken.
    """
    wanted = {"with_profiles": with_profiles, "with_curves": with_curves}
    last: int | None = None
    try:
        for run_id, outcome in _read(connection, query, **wanted):
            last = run_id
            yield outcome
    except Exception as error:
        if not is_damage(connection, error):
            raise
    else:
        return
    for page in reversed(pages(connection)):
        left = [run_id for run_id in page if last is None or run_id < last]
        for _, outcome in _read(connection, query.where(runs.c.id.in_(left)), **wanted):
            yield outcome


def _read(
    connection: Connection, query: Select[Any], *, with_profiles: bool, with_curves: bool
) -> Iterator[tuple[int, Outcome]]:
    for page in connection.execute(query).partitions(PAGE):
        ids = [row.id for row in page]
        scalars = _by_run(connection, metrics, ids)
        series = _by_run(connection, profiles, ids) if with_profiles else {}
        epochs = _by_run(connection, curve, ids) if with_curves else {}
        for row in page:
            outcome = Outcome(
                experiment=experiment(row),
                status=row.status,
                metrics=dict(scalars.get(row.id, ())),
                profiles=dict(series.get(row.id, ())),
                curve=tuple([Epoch(*epoch) for epoch in epochs.get(row.id, ())]),
                provenance=row.provenance,
                detail=row.detail,
            )
            yield row.id, outcome


def starts(
    connection: Connection, ids: Sequence[int]
) -> dict[int, tuple[float, float, tuple[int, int]]]:
    """Return (mean, second moment, (H, W)) at the stem's output by run id.

    A run is left out if it did not measure the moments or does not know its image size.
    """
    series = _by_run(connection, profiles, ids)
    sizes = connection.execute(select(runs.c.id, runs.c.provenance).where(runs.c.id.in_(ids)))
    at_stem = {}
    for run_id, provenance in sizes:
        of_run: dict[str, Any] = dict(series[run_id])
        size = provenance.get("image_size")
        means, moments = of_run.get("forward_mean"), of_run.get("forward_second_moment")
        if size and means and moments:
            at_stem[run_id] = (means[0], moments[0], (size[0], size[1]))
    return at_stem


def experiment(row: Row[Any]) -> Experiment:
    """Return the experiment of a `SELECT` row, unchecked.

    It was valid when it was saved, and checking its scheme would import torch.
    """
    values = row[len(HEADER) : len(HEADER) + len(FIELDS)]
    return Experiment.model_construct(**dict(zip(FIELDS, values, strict=True)))


def _named(run_id: int, name: str, column: str, value: Any) -> dict[str, Any]:
    return {"run_id": run_id, "name": name, column: value}


def _by_run(connection: Connection, table: Table, ids: Sequence[int]) -> Series:
    of_runs: Series = {run_id: [] for run_id in ids}
    query = select(table).where(table.c.run_id.in_(ids)).order_by(*table.primary_key)
    for run_id, *values in connection.execute(query):
        of_runs[run_id].append(tuple(values))
    return of_runs
