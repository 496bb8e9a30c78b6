"""Between an Outcome and its rows: what is written of it, and how it is put together again."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, delete, func, insert, select

from resweep.experiment import FIELDS, Experiment
from resweep.outcome import Epoch, Outcome
from resweep.store.schema import curve, metrics, profiles, runs

PAGE = 1000  # runs whose metrics, profiles and curves are fetched together
HEADER = ("id", "status", "detail", "provenance")
SELECT = select(*(runs.c[name] for name in HEADER + FIELDS))


def run_row(outcome: Outcome) -> dict[str, Any]:
    """The row of `runs`."""
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
    """The rows of every other table that has any."""
    of_run = {"run_id": run_id}
    everything = (
        (
            metrics,
            [of_run | {"name": name, "value": value} for name, value in outcome.metrics.items()],
        ),
        (
            profiles,
            [
                of_run | {"name": name, "values": values}
                for name, values in outcome.profiles.items()
            ],
        ),
        (curve, [of_run | asdict(epoch) for epoch in outcome.curve]),
    )
    return ((table, rows) for table, rows in everything if rows)


def write(connection: Connection, outcome: Outcome) -> None:
    """Store a run in place of an older one of the same key and data."""
    row = run_row(outcome)
    if (
        connection.dialect.name == "postgresql"
    ):  # where two drivers may replace the same run at once
        connection.execute(select(func.pg_advisory_xact_lock(int(row["key"][:15], 16))))
    same = (runs.c.key == row["key"], runs.c.dataset_fingerprint == row["dataset_fingerprint"])
    connection.execute(delete(runs).where(*same))
    run_id = connection.execute(insert(runs).returning(runs.c.id), row).scalar_one()
    for table, children in series_rows(outcome, run_id):
        connection.execute(insert(table), children)


def read(
    connection: Connection, query: Select[Any], *, with_profiles: bool, with_curves: bool
) -> Iterator[Outcome]:
    """The outcomes of a query that `SELECT` begins, in its order: three statements a page, however many runs it has."""
    for page in connection.execute(query).partitions(PAGE):
        ids = [row.id for row in page]
        scalars = _by_run(connection, metrics, ids)
        series = _by_run(connection, profiles, ids) if with_profiles else {}
        epochs = _by_run(connection, curve, ids) if with_curves else {}
        for row in page:
            yield Outcome(
                experiment=experiment(row),
                status=row.status,
                metrics=dict(scalars.get(row.id, ())),
                profiles=dict(series.get(row.id, ())),
                curve=tuple(Epoch(*epoch) for epoch in epochs.get(row.id, ())),
                provenance=row.provenance,
                detail=row.detail,
            )


def starts(
    connection: Connection, ids: Sequence[int]
) -> dict[int, tuple[float, float, tuple[int, int]]]:
    """(mean, second moment at the stem's output, (H, W)) of the runs that have them."""
    series = _by_run(connection, profiles, ids)
    sizes = connection.execute(select(runs.c.id, runs.c.provenance).where(runs.c.id.in_(ids)))
    found = {}
    for run_id, provenance in sizes:
        of_run, size = dict(series[run_id]), provenance.get("image_size")
        if size and of_run.get("forward_mean") and of_run.get("forward_second_moment"):
            found[run_id] = (
                of_run["forward_mean"][0],
                of_run["forward_second_moment"][0],
                (size[0], size[1]),
            )
    return found


def experiment(row: Row[Any]) -> Experiment:
    """The experiment of a `SELECT` row, unchecked: it was valid when saved, and asking its scheme imports torch."""
    return Experiment.model_construct(
        **dict(zip(FIELDS, row[len(HEADER) : len(HEADER) + len(FIELDS)], strict=True))
    )


def _by_run(
    connection: Connection, table: Table, ids: Sequence[int]
) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = {run_id: [] for run_id in ids}
    query = select(table).where(table.c.run_id.in_(ids)).order_by(*table.primary_key)
    for run_id, *values in connection.execute(query):
        found[run_id].append(tuple(values))
    return found
