"""Runs gathered by setting, column by column: what a report of 100,000 runs reads in place of as many Outcomes."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Double, Select, select, type_coerce

from resweep.experiment import FIELDS, Experiment
from resweep.store.schema import metrics, runs

SET = tuple(name for name in FIELDS if name != "seed")
BOOLEANS = frozenset(name for name in FIELDS if Experiment.model_fields[name].annotation is bool)


@dataclass(frozen=True)
class Setting:
    """All runs of one setting on the same data, in order of seeds.

    `experiment` has seed 0; `ids` are the store's own; each sequence of `metrics` has one entry a run, None where the
    run lacks the metric.
    """

    experiment: Experiment
    fingerprint: str
    ids: tuple[int, ...]
    seeds: tuple[int, ...]
    statuses: tuple[str, ...]
    metrics: dict[str, tuple[float | None, ...]]


def read(
    connection: Connection, names: Iterable[str], conditions: Sequence[ColumnElement[bool]]
) -> list[Setting]:
    """Every setting among the runs that meet `conditions`, the one that was run first leading, with `names` metrics."""
    places: dict[int, int] = {}
    grouped = defaultdict[tuple[Any, ...], list[tuple[int, int, str]]](list)
    columns = (
        runs.c.seed,
        runs.c.id,
        runs.c.status,
        runs.c.dataset_fingerprint,
        *(runs.c[name] for name in SET),
    )
    for row in _rows(connection, select(*columns).where(*conditions).order_by(runs.c.id)):
        places[row[1]] = len(places)
        grouped[row[3:]].append(row[:3])
    found = _metrics(connection, list(dict.fromkeys(names)), places, conditions)
    return [_setting(key, members, found, places) for key, members in grouped.items()]


def _metrics(
    connection: Connection,
    names: list[str],
    places: dict[int, int],
    conditions: Sequence[ColumnElement[bool]],
) -> dict[str, list[float | None]]:
    """The value of each named metric that any run has, by place; nan where the database has NULL."""
    found: dict[str, list[float | None]] = {name: [None] * len(places) for name in names}
    query = select(metrics.c.run_id, metrics.c.name, type_coerce(metrics.c.value, Double)).where(
        metrics.c.name.in_(names)
    )
    if conditions:
        query = query.where(metrics.c.run_id.in_(select(runs.c.id).where(*conditions)))
    for run_id, name, value in _rows(connection, query):
        found[name][places[run_id]] = math.nan if value is None else value
    return {name: column for name, column in found.items() if column.count(None) < len(column)}


def _rows(connection: Connection, query: Select[Any]) -> Iterable[Any]:
    """Plain tuples of the driver: SQLAlchemy's Row objects would double the time for 600,000 metrics."""
    cursor: Any = connection.execute(query).cursor
    return iter(cursor)


def _setting(
    key: tuple[Any, ...],
    members: list[tuple[int, int, str]],
    found: dict[str, list[float | None]],
    places: dict[int, int],
) -> Setting:
    members.sort()
    seeds, ids, statuses = zip(*members, strict=True)
    rows = [places[run_id] for run_id in ids]
    values = {name: tuple([column[row] for row in rows]) for name, column in found.items()}
    fields: dict[str, Any] = dict(zip(SET, key[1:], strict=True), seed=0)
    for name in BOOLEANS:
        fields[name] = bool(fields[name])
    known = {name: column for name, column in values.items() if column.count(None) < len(column)}
    return Setting(Experiment.model_construct(**fields), key[0], ids, seeds, statuses, known)
