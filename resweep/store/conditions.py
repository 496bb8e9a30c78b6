"""Compiles a `--where` condition to SQL, checking every name and value in it."""

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any, get_args

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Double,
    Text,
    and_,
    exists,
    not_,
    or_,
    select,
    type_coerce,
)

from resweep import registry
from resweep.errors import UsageError
from resweep.experiment import FIELDS, Experiment
from resweep.outcome import STATUSES
from resweep.outcome.metrics import METRICS
from resweep.scheme_pages import BLOCKS, SCHEMES
from resweep.store import sweeps
from resweep.store.salvage import Ids, piecewise
from resweep.store.schema import Count, Words, metrics, runs
from resweep.store.where import Combined, Condition, Test, shortened

COLUMNS = {  # what a run may be chosen by, beside its sweep and its metrics
    "key": runs.c.key,
    "status": runs.c.status,
    "fingerprint": runs.c.dataset_fingerprint,
    "detail": runs.c.detail,
} | {name: runs.c[name] for name in FIELDS}
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
ORDERED = ("<", "<=", ">", ">=")
CHOICES = (
    "status",
    "block",
    "scheme",
    "activation",
    "distribution",
    "dataset",
    "optimizer",
    "precision",
)
BIG = 2**63  # an integer beyond it does not fit the database and is compared as a float
TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def compile(condition: Condition, connection: Connection) -> ColumnElement[bool]:
    """Return the SQL of `condition`.

    Raises UsageError, with the nearest name that there is, for a name that the store does not know,
    a comparison that does not suit the type of the name, a value of another type, and a word that
    is neither known to this program nor in the store.
    """
    if isinstance(condition, Combined):
        return _combined(condition, connection)
    if condition.name == "sweep":
        return _of_sweep(condition, connection)
    if condition.name in COLUMNS:
        return _of_column(condition, connection)
    if condition.name not in METRICS:  # what further probes measure is known from the runs
        names = (*COLUMNS, "sweep", *METRICS, *metric_names(connection))
        registry.check("name in --where", condition.name, tuple(dict.fromkeys(names)))
    return _of_metric(condition)


def metric_names(connection: Connection) -> list[str]:
    """Return every metric that some run has, in alphabetical order."""

    def fetch(ids: Ids | None) -> list[str]:
        query = select(metrics.c.name).distinct()
        if ids is not None:
            query = query.where(metrics.c.run_id.in_(ids))
        return list(connection.scalars(query))

    return sorted(set(piecewise(connection, fetch)))


def equal(fields: dict[str, Any]) -> list[ColumnElement[bool]]:
    """Return the conditions that columns equal the values given; UsageError for an unknown name."""
    for name in fields:
        if name not in COLUMNS:
            raise UsageError(f"unknown field {name!r}: known: {', '.join(COLUMNS)}")
    return [COLUMNS[name] == value for name, value in fields.items()]


def _combined(condition: Combined, connection: Connection) -> ColumnElement[bool]:
    parts = [compile(part, connection) for part in condition.parts]
    if condition.word == "not":
        return not_(parts[0])
    return and_(*parts) if condition.word == "and" else or_(*parts)


def _of_column(test: Test, connection: Connection) -> ColumnElement[bool]:
    column = COLUMNS[test.name]
    kind = column.type
    if isinstance(kind, Text | Words):
        return _of_text(test, column, connection)
    if test.op == "~":
        raise UsageError(f"{_said(test)}: {test.name} is no text: use = < or >")
    if isinstance(kind, Boolean):
        if test.op in ORDERED:
            raise UsageError(f"{_said(test)}: {test.name} is true or false: use =")
        return _compared(test, column, [_truth(test, text) for text in test.values])
    if isinstance(kind, Count):
        return _compared(test, column, [_count(test, text) for text in test.values])
    whole = not isinstance(kind, Double)
    return _compared(test, column, [_number(test, text, whole) for text in test.values])


def _of_text(test: Test, column: Any, connection: Connection) -> ColumnElement[bool]:
    if test.op in ORDERED:
        plural = f"{test.name}s"
        meant = f", did you mean {plural}?" if plural in COLUMNS else ""
        raise UsageError(f"{_said(test)}: {test.name} is a text{meant}: use = != ~ or in (...)")
    if test.op == "~":
        contains: ColumnElement[bool] = column.contains(test.values[0], autoescape=True)
        return contains
    if test.name in ("key", "fingerprint"):
        return _begins(test, column)
    if test.name in CHOICES:
        known = sorted({*_words(test.name), *_stored(connection, column)})
        for value in test.values:
            registry.check(f"{test.name} in --where", value, known)
    return _compared(test, column, list(test.values))


def _stored(connection: Connection, column: Any) -> list[str]:
    """Every value that some run has in a column of texts."""

    def fetch(ids: Ids | None) -> list[str]:
        query = select(column).distinct()
        if ids is not None:
            query = query.where(runs.c.id.in_(ids))
        return list(connection.scalars(query))

    return piecewise(connection, fetch)


def _begins(test: Test, column: Any) -> ColumnElement[bool]:
    """Keys and fingerprints are chosen by how they begin, as tables show them."""
    begins = or_(*[column.startswith(v.lower(), autoescape=True) for v in test.values])
    return not_(begins) if test.op == "!=" else begins


def _words(name: str) -> Sequence[str]:
    """The words that this program knows for a field of few words."""
    if name == "status":
        return STATUSES
    if name == "block":
        return registry.names(BLOCKS)
    if name == "scheme":
        return registry.names(SCHEMES)
    if name == "dataset":
        return ("cifar10", "synthetic")
    return get_args(Experiment.model_fields[name].annotation)


def _compared(test: Test, column: Any, values: list[Any]) -> ColumnElement[bool]:
    """Return the SQL of a comparison that suits the column."""
    compared: ColumnElement[bool]
    compared = column.in_(values) if test.op == "in" else OPERATORS[test.op](column, values[0])
    return compared


def _of_sweep(test: Test, connection: Connection) -> ColumnElement[bool]:
    if test.op not in ("=", "in"):
        raise UsageError(f"{_said(test)}: a sweep is chosen with = or in")
    for name in test.values:
        sweeps.find(connection, name)
    return or_(*[sweeps.holds(name) for name in test.values])


def _of_metric(test: Test) -> ColumnElement[bool]:
    """A run that lacks the metric, or whose value is nan, meets no comparison with it."""
    if test.op == "~":
        raise UsageError(f"{_said(test)}: {test.name} is no text: use = < or >")
    value = type_coerce(metrics.c.value, Double)
    met = _compared(test, value, [_number(test, text, whole=False) for text in test.values])
    return exists().where(metrics.c.run_id == runs.c.id, metrics.c.name == test.name, met)


def _truth(test: Test, text: str) -> bool:
    if text.lower() not in TRUTH:
        raise UsageError(f"{_said(test, text)}: {test.name} is true or false")
    return TRUTH[text.lower()]


def _count(test: Test, text: str) -> float | str:
    return text if text == "all" else _number(test, text, whole=True)


def _number(test: Test, text: str, whole: bool) -> float:
    """Return `text` as a number, an int if it is one that the database can hold."""
    try:
        number = float(text)
        integer = int(text) if text.lstrip("+-").isdecimal() and len(text) < 30 else None
    except ValueError:
        raise UsageError(
            f"{_said(test, text)}: {test.name} is a number, {shortened(text)!r} is none"
        ) from None
    if math.isnan(number):
        raise UsageError(f"{_said(test, text)}: nan meets no comparison")
    if whole and test.op not in ORDERED and not number.is_integer():
        raise UsageError(f"{_said(test, text)}: {test.name} is a whole number")
    return integer if integer is not None and abs(integer) < BIG else number


def _said(test: Test, text: str | None = None) -> str:
    value = test.values[0] if text is None else text
    return f"--where {test.name}{test.op}{shortened(value)}"
