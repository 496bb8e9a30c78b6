"""Gathers runs by setting, column by column: what a report reads of 100,000 runs."""

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

Columns = dict[str, list[float | None]]  # metric -> a value for each run, None where it has none


@dataclass(frozen=True)
class Setting:
    """All runs that share every field but the seed, on the same data, in order of their seeds.

    `experiment` has seed 0. `ids` are the store's own. `ids`, `seeds`, `statuses` and each metric
    have one entry per run; a metric is None where the run lacks it.
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
    """Return the settings of the runs that meet `conditions`, with the metrics `names`.

    The setting whose first run was stored first comes first.
    """
    places: dict[int, int] = {}
    grouped = defaultdict[tuple[Any, ...], list[tuple[int, int, str]]](list)
    leading = (runs.c.seed, runs.c.id, runs.c.status, runs.c.dataset_fingerprint)
    columns = (*leading, *(runs.c[name] for name in SET))
    for row in _rows(connection, select(*columns).where(*conditions).order_by(runs.c.id)):
        places[row[1]] = len(places)
        grouped[row[3:]].append(row[:3])
    values = _metrics(connection, list(dict.fromkeys(names)), places, conditions)
    return [_setting(key, members, values, places) for key, members in grouped.items()]


def _metrics(
    connection: Connection,
    names: list[str],
    places: dict[int, int],
    conditions: Sequence[ColumnElement[bool]],
) -> Columns:
    """Return a column for each metric that any run has; NULL in the database is nan."""
    values: Columns = {name: [None] * len(places) for name in names}
    real = type_coerce(metrics.c.value, Double)  # without the Real type's call for every value
    query = select(metrics.c.run_id, metrics.c.name, real).where(metrics.c.name.in_(names))
    if conditions:
        query = query.where(metrics.c.run_id.in_(select(runs.c.id).where(*conditions)))
    for run_id, name, value in _rows(connection, query):
        values[name][places[run_id]] = math.nan if value is None else value
    return {name: column for name, column in values.items() if _known(column)}


def _rows(connection: Connection, query: Select[Any]) -> Iterable[tuple[Any, ...]]:
    """Yield the driver's plain tuples; SQLAlchemy's rows would double the time of a report."""
    cursor: Any = connection.execute(query).cursor
    yield from cursor


def _setting(
    key: tuple[Any, ...],
    members: list[tuple[int, int, str]],
    values: Columns,
    places: dict[int, int],
) -> Setting:
    members.sort()
    seeds, ids, statuses = zip(*members, strict=True)
    rows = [places[run_id] for run_id in ids]
    own = {}
    for name, column in values.items():
        of_setting = tuple([column[row] for row in rows])
        if _known(of_setting):
            own[name] = of_setting
    fields: dict[str, Any] = dict(zip(SET, key[1:], strict=True), seed=0)
    for name in BOOLEANS:
        fields[name] = bool(fields[name])
    return Setting(Experiment.model_construct(**fields), key[0], ids, seeds, statuses, own)


def _known(column: Sequence[float | None]) -> bool:
    """Whether any run has the metric."""
    return column.count(None) < len(column)
