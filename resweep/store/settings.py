"""Gathers runs by setting, column by column: what a report reads of 100,000 runs."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Double, Select, select, type_coerce

from resweep.experiment import FIELDS, Experiment
from resweep.store.salvage import Ids, piecewise
from resweep.store.schema import Count, metrics, runs

SET = tuple(name for name in FIELDS if name != "seed")
BOOLEANS = frozenset(name for name in FIELDS if Experiment.model_fields[name].annotation is bool)
COUNTS = tuple(name for name in FIELDS if isinstance(runs.c[name].type, Count))

Fetched = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]
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

    The setting whose first run was stored first comes first. Of a damaged file the runs that can be
    read are taken.
    """
    wanted = list(dict.fromkeys(names))

    def fetch(ids: Ids | None) -> list[Fetched]:
        return [_fetch(connection, wanted, conditions, ids)]

    fetched = piecewise(connection, fetch)
    places: dict[int, int] = {}
    grouped = defaultdict[tuple[Any, ...], list[tuple[int, int, str]]](list)
    for rows, _ in fetched:
        for row in rows:
            places[row[1]] = len(places)
            grouped[row[3:]].append(row[:3])
    values: Columns = {name: [None] * len(places) for name in wanted}
    for _, measured in fetched:
        for run_id, name, value in measured:
            values[name][places[run_id]] = math.nan if value is None else value
    values = {name: column for name, column in values.items() if _known(column)}
    return [_setting(key, members, values, places) for key, members in grouped.items()]


def _fetch(
    connection: Connection,
    names: list[str],
    conditions: Sequence[ColumnElement[bool]],
    ids: Ids | None,
) -> Fetched:
    """Return the rows of the runs, and (run id, name, value) of their metrics; NULL means nan."""
    leading = (runs.c.seed, runs.c.id, runs.c.status, runs.c.dataset_fingerprint)
    columns = (*leading, *(runs.c[name] for name in SET))
    rows = select(*columns).where(*conditions).order_by(runs.c.id)
    real = type_coerce(metrics.c.value, Double)  # without the Real type's call for every value
    measured = select(metrics.c.run_id, metrics.c.name, real).where(metrics.c.name.in_(names))
    if ids is not None:
        rows = rows.where(runs.c.id.in_(ids))
        measured = measured.where(metrics.c.run_id.in_(ids))
    if conditions:
        chosen = select(runs.c.id).where(*conditions)
        if ids is not None:
            chosen = chosen.where(runs.c.id.in_(ids))
        measured = measured.where(metrics.c.run_id.in_(chosen))
    return _rows(connection, rows), _rows(connection, measured)


def _rows(connection: Connection, query: Select[Any]) -> list[tuple[Any, ...]]:
    """Return the driver's plain tuples; SQLAlchemy's rows would double the time of a report."""
    cursor: Any = connection.execute(query).cursor
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


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
    for name in COUNTS:
        if fields[name] == Count.ALL:
            fields[name] = "all"
    return Setting(Experiment.model_construct(**fields), key[0], ids, seeds, statuses, own)


def _known(column: Sequence[float | None]) -> bool:
    """Whether any run has the metric."""
    return column.count(None) < len(column)
