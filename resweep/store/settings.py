"""Gathers runs by setting, column by column: what a report reads of 100,000 runs."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Double,
    Integer,
    Select,
    case,
    cast,
    func,
    select,
    type_coerce,
)

from resweep.experiment import FIELDS, Experiment
from resweep.store.salvage import Ids, piecewise
from resweep.store.schema import Count, metrics, runs

SET = tuple(name for name in FIELDS if name != "seed")
BOOLEANS = frozenset(name for name in FIELDS if Experiment.model_fields[name].annotation is bool)
COUNTS = tuple(name for name in FIELDS if isinstance(runs.c[name].type, Count))

Row = tuple[Any, ...]
Columns = dict[str, list[float | None]]  # metric -> a value for each run, None where it has none


class Fetched(NamedTuple):
    """What was read: the runs, and their metrics as (run id, place of the name, value).

    A run's row has its seed, id and status, and the columns in which runs differ, at `places` of
    the fingerprint and the fields; `common` has all of these of some run.
    """

    runs: list[Row]
    measured: list[Row]
    places: tuple[int, ...]
    common: Row

    def key(self, row: Row) -> Row:
        """The fingerprint and the fields of a run, whose differing ones are `row`."""
        whole = list(self.common)
        for place, value in zip(self.places, row, strict=True):
            whole[place] = value
        return tuple(whole)


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
    grouped = defaultdict[Row, list[Row]](list)
    for part in fetched:
        alike = defaultdict[Row, list[Row]](list)
        for row in part.runs:
            places[row[1]] = len(places)
            alike[row[3:]].append(row[:3])
        for differing, members in alike.items():
            grouped[part.key(differing)] += members
    columns: list[list[float | None]] = [[None] * len(places) for _ in wanted]
    for part in fetched:
        for run_id, name, value in part.measured:
            columns[name][places[run_id]] = math.nan if value is None else value
    named = zip(wanted, columns, strict=True)
    values = {name: column for name, column in named if _known(column)}
    return [_setting(key, members, values, places) for key, members in grouped.items()]


def _fetch(
    connection: Connection,
    names: list[str],
    conditions: Sequence[ColumnElement[bool]],
    ids: Ids | None,
) -> Fetched:
    """Read the runs that meet `conditions`, of `ids` alone if these are given."""
    columns = (runs.c.dataset_fingerprint, *(runs.c[name] for name in SET))
    chosen = list(conditions)
    if ids is not None:
        chosen.append(runs.c.id.in_(ids))
    differing, common = _differing(connection, columns, chosen)
    leading = (runs.c.seed, runs.c.id, runs.c.status)
    rows = select(*leading, *(columns[place] for place in differing))
    rows = rows.where(*chosen).order_by(runs.c.id)
    real = type_coerce(metrics.c.value, Double)  # without the Real type's call for every value
    codes = {name: place for place, name in enumerate(names)}
    coded = case(codes or {"": 0}, value=metrics.c.name)  # numbers are read quicker than names
    measured = select(metrics.c.run_id, coded, real).where(metrics.c.name.in_(names))
    if ids is not None:
        measured = measured.where(metrics.c.run_id.in_(ids))
    if conditions:
        measured = measured.where(metrics.c.run_id.in_(select(runs.c.id).where(*chosen)))
    return Fetched(_rows(connection, rows), _rows(connection, measured), differing, common)


def _differing(
    connection: Connection,
    columns: Sequence[ColumnElement[Any]],
    chosen: Sequence[ColumnElement[bool]],
) -> tuple[tuple[int, ...], Row]:
    """The places of the columns in which runs differ, and what all columns have in some run.

    Most fields are the same in all runs, and to read them of each takes as long as the rest.
    """
    ends: list[ColumnElement[Any]] = []
    for column in columns:
        if isinstance(column.type, Boolean):
            column = cast(column, Integer)  # PostgreSQL does not order booleans
        ends += [func.min(column), func.max(column)]
    (found,) = _rows(connection, select(*ends).where(*chosen))
    least, most = found[::2], found[1::2]
    places = tuple(place for place, low in enumerate(least) if low != most[place])
    return places, least


def _rows(connection: Connection, query: Select[Any]) -> list[Row]:
    """Return the driver's plain tuples; SQLAlchemy's rows would double the time of a report."""
    cursor: Any = connection.execute(query).cursor
    rows: list[Row] = cursor.fetchall()
    return rows


def _setting(
    key: Row,
    members: list[Row],
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
