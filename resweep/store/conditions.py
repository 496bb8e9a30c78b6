"""Compiles a `--where` condition to SQL, checking every name and value in it."""

import operator
from collections.abc import Callable
from typing import Any

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
from resweep.experiment import FIELDS
from resweep.outcome import STATUSES
from resweep.store import sweeps
from resweep.store.schema import Words, metrics, runs
from resweep.store.where import Combined, Condition, Test

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
TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def compile(condition: Condition, connection: Connection) -> ColumnElement[bool]:
    """Return the SQL of `condition`.

    Raises UsageError for a name that the store does not know and for a value of another type.
    """
    if isinstance(condition, Combined):
        return _combined(condition, connection)
    if condition.name == "sweep":
        return _of_sweep(condition, connection)
    if condition.name in COLUMNS:
        return _of_column(condition)
    names = tuple(connection.scalars(select(metrics.c.name).distinct()))
    if condition.name not in names:
        registry.check("name in --where", condition.name, (*COLUMNS, "sweep", *sorted(names)))
    return _of_metric(condition)


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


def _of_column(test: Test) -> ColumnElement[bool]:
    column = COLUMNS[test.name]
    if test.op == "~":
        if not isinstance(column.type, Text | Words):
            raise UsageError(f"{_said(test)}: {test.name} is no text: use = < or >")
        return column.contains(test.values[0], autoescape=True)
    if test.name == "status":
        for value in test.values:
            registry.check("status", value, STATUSES)
    if test.name == "key" and test.op == "=":
        return column.startswith(test.values[0].lower(), autoescape=True)
    values = [_value(test, column.type, text) for text in test.values]
    return column.in_(values) if test.op == "in" else OPERATORS[test.op](column, values[0])


def _of_sweep(test: Test, connection: Connection) -> ColumnElement[bool]:
    if test.op not in ("=", "in"):
        raise UsageError(f"{_said(test)}: a sweep is chosen with = or in")
    for name in test.values:
        sweeps.find(connection, name)
    return or_(*(sweeps.holds(name) for name in test.values))


def _of_metric(test: Test) -> ColumnElement[bool]:
    """A run that lacks the metric, or whose value is nan, meets no comparison with it."""
    if test.op == "~":
        raise UsageError(f"{_said(test)}: {test.name} is no text: use = < or >")
    values = [_value(test, Double(), text) for text in test.values]
    value = type_coerce(metrics.c.value, Double)
    met = value.in_(values) if test.op == "in" else OPERATORS[test.op](value, values[0])
    return exists().where(metrics.c.run_id == runs.c.id, metrics.c.name == test.name, met)


def _value(test: Test, kind: Any, text: str) -> Any:
    """Return `text` as a value of the SQL type `kind`."""
    if isinstance(kind, Text | Words):
        return text
    if isinstance(kind, Boolean):
        if text.lower() not in TRUTH:
            raise UsageError(f"--where {test.name}{test.op}{text}: {test.name} is true or false")
        return TRUTH[text.lower()]
    whole = text.lstrip("+-").isdecimal() and not isinstance(kind, Double)
    try:
        return int(text) if whole else float(text)
    except ValueError:
        raise UsageError(
            f"--where {test.name}{test.op}{text}: {test.name} is a number, {text!r} is none"
        ) from None


def _said(test: Test) -> str:
    return f"--where {test.name}{test.op}{test.values[0]}"
