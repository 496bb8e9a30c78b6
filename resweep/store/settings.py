"""Gathers runs by setting, column by column: what a report reads of 100,000 runs."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Double, Select, case, or_, select, type_coerce

from resweep.experiment import FIELDS, Experiment
from resweep.store.salvage import Ids, piecewise
from resweep.store.schema import Count, metrics, runs

SET = tuple(name for name in FIELDS if name != "seed")
BOOLEANS = frozenset(name for name in FIELDS if Experiment.model_fields[name].annotation is bool)
HEAD = (runs.c.seed, runs.c.id, runs.c.status)
COUNTS = tuple(name for name in FIELDS if isinstance(runs.c[name].type, Count))
BLANK = Experiment.model_construct()  # copied in half the time that a construction takes

Row = tuple[Any, ...]
Grouped = Mapping[Row, list[Row]]  # fingerprint and fields -> the runs of this setting, by seed


class Fetched(NamedTuple):
    """What was read: the runs, and their metrics as (run id, place of the name, value).

    A run's row has the columns of `HEAD`, and those in which runs differ, at `places` of the
    fingerprint and the fields; `common` has all of these of the first run.
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


class Setting(NamedTuple):
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
    grouped = _grouped(fetched)
    return list(_settings(grouped, _columns(fetched, wanted, grouped)))


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
    rows = select(*HEAD, *(columns[place] for place in differing))
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
    """The places of the columns in which runs differ, and what all columns have in the first run.

    Most fields are the same in all runs, and to read them of each takes as long as the rest. The
    runs are gone through once: from the first run that differs in a new column on to the next.
    """
    first = _next(connection, columns, chosen)
    if first is None:
        return (), ()
    at, *common = first
    alike = list(range(len(columns)))
    found: Row | None = first
    while found is not None and alike:
        others = or_(*(columns[place] != common[place] for place in alike))
        found = _next(connection, columns, (*chosen, runs.c.id > at, others))
        if found is not None:
            at, *values = found
            alike = [place for place in alike if values[place] == common[place]]
    return tuple(place for place in range(len(columns)) if place not in alike), tuple(common)


def _next(
    connection: Connection,
    columns: Sequence[ColumnElement[Any]],
    chosen: Sequence[ColumnElement[bool]],
) -> Row | None:
    """The id and the columns of the run with the lowest id that meets `chosen`."""
    query = select(runs.c.id, *columns).where(*chosen).order_by(runs.c.id).limit(1)
    return next(iter(_rows(connection, query)), None)


def _rows(connection: Connection, query: Select[Any]) -> list[Row]:
    """Return the driver's plain tuples; SQLAlchemy's rows would double the time of a report."""
    cursor: Any = connection.execute(query).cursor
    rows: list[Row] = cursor.fetchall()
    return rows


def _grouped(fetched: Iterable[Fetched]) -> Grouped:
    """The runs by setting, in order of their seeds."""
    leading = len(HEAD)
    grouped = defaultdict[Row, list[Row]](list)
    for part in fetched:
        alike = defaultdict[Row, list[Row]](list)
        for row in part.runs:
            alike[row[leading:]].append(row[:leading])
        for differing, members in alike.items():
            grouped[part.key(differing)] += members
    for members in grouped.values():
        members.sort()
    return grouped


def _columns(
    fetched: Iterable[Fetched], names: Sequence[str], grouped: Grouped
) -> dict[str, tuple[float | None, ...]]:
    """The metrics that some run has, with a value for each run, setting after setting."""
    ids = [run_id for members in grouped.values() for _, run_id, _ in members]
    places = dict(zip(ids, count(), strict=False))
    columns: list[list[float | None]] = [[None] * len(places) for _ in names]
    for part in fetched:
        for run_id, name, value in part.measured:
            columns[name][places[run_id]] = math.nan if value is None else value
    named = zip(names, columns, strict=True)
    return {name: tuple(column) for name, column in named if _known(column)}


def _settings(
    grouped: Grouped, columns: Mapping[str, tuple[float | None, ...]]
) -> Iterator[Setting]:
    """The settings, each with its part of the columns."""
    start = 0
    for (fingerprint, *values), members in grouped.items():
        seeds, ids, statuses = zip(*members, strict=True)
        end = start + len(members)
        own = {}
        for name, column in columns.items():
            of_setting = column[start:end]
            if _known(of_setting):
                own[name] = of_setting
        yield Setting(_experiment(values), fingerprint, ids, seeds, statuses, own)
        start = end


def _experiment(values: Sequence[Any]) -> Experiment:
    """The experiment of the fields in `SET` as they are stored, with seed 0."""
    fields: dict[str, Any] = dict(zip(SET, values, strict=True), seed=0)
    for name in BOOLEANS:
        fields[name] = bool(fields[name])
    for name in COUNTS:
        if fields[name] == Count.ALL:
            fields[name] = "all"
    return BLANK.model_copy(update=fields)


def _known(column: Sequence[float | None]) -> bool:
    """Whether any run has the metric."""
    return column.count(None) < len(column)
