"""Defines the tables: one row per run, and long tables for what was measured in it.

Every Experiment field is a column of `runs` under its own name, made from
`Experiment.model_fields`. A change here needs a revision in `migrations/versions`; a test compares
the two.
"""

import math
import sys
from array import array
from collections.abc import Iterable
from dataclasses import fields
from typing import Any, Literal, get_args

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

from resweep.experiment import Experiment
from resweep.outcome import Epoch

HEAD = "0008"  # the newest revision, kept here so that opening a store need not import alembic
VERSION_TABLE = "resweep_alembic_version"


class Real(TypeDecorator[float]):
    """A double whose nan is NULL in the database, as SQLite has no NaN; infinities are kept."""

    impl = Double
    cache_ok = True

    def process_bind_param(self, value: float | None, dialect: Dialect) -> float | None:
        return None if value is None or math.isnan(value) else value

    def process_result_value(self, value: float | None, dialect: Dialect) -> float:
        return math.nan if value is None else value


class Series(TypeDecorator[tuple[float, ...]]):
    """A profile as little-endian IEEE doubles, 8 bytes a value.

    Every bit is kept, also of nan, inf and -0.0.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Iterable[float] | None, dialect: Dialect) -> bytes:
        return _little_endian(array("d", value or ())).tobytes()

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> tuple[float, ...]:
        return tuple(_little_endian(array("d", value or b"")))


class Words(TypeDecorator[str]):
    """Text that every database accepts.

    What PostgreSQL refuses, NUL and lone surrogates, is stored as its escape sequence.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str:
        return (value or "").encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")


class Count(TypeDecorator["int | str"]):
    """A count of images, or the word `all`, which is stored as 2^62: more than any count.

    Comparisons such as `test_size>=1000` therefore hold for `all`, as they should.
    """

    impl = BigInteger
    cache_ok = True
    ALL = 2**62

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return self.ALL if value == "all" else value

    def process_result_value(self, value: int | None, dialect: Dialect) -> Any:
        return "all" if value == self.ALL else value


def _little_endian(values: "array[float]") -> "array[float]":
    if sys.byteorder == "big":
        values.byteswap()
    return values


def column_type(annotation: Any) -> TypeEngine[Any]:
    """Return the SQL type of a resolved Experiment field.

    `int | Literal["all"]` is a Count, `float | Literal["auto"]` a number once it is resolved; every
    other Literal is text.
    """
    kinds = get_args(annotation) or (annotation,)
    if kinds == (int, Literal["all"]):
        return Count()
    for kind, column in ((bool, Boolean()), (int, BigInteger()), (float, Double())):
        if kind in kinds:
            return column
    return Text()


def _id() -> Column[int]:
    return Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)


def _run_id() -> Column[int]:
    return Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)


metadata = MetaData()

runs = Table(
    "runs",
    metadata,
    _id(),
    Column("key", Text, nullable=False),
    Column("dataset_fingerprint", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("detail", Words, nullable=False),
    *(
        Column(name, column_type(field.annotation), nullable=False)
        for name, field in Experiment.model_fields.items()
    ),
    Column("provenance", JSON, nullable=False),
    Column("stored", DateTime(timezone=True), nullable=False),
    UniqueConstraint("key", "dataset_fingerprint", name="uq_runs_key_dataset_fingerprint"),
)
metrics = Table(
    "metrics",
    metadata,
    _run_id(),
    Column("name", Text, primary_key=True),
    Column("value", Real),
    sqlite_with_rowid=False,  # clustered by run: 1,000 runs are read in one sweep over the file
)
profiles = Table(
    "profiles",
    metadata,
    _run_id(),
    Column("name", Text, primary_key=True),
    Column("values", Series, nullable=False),
)
curve = Table(
    "curve",
    metadata,
    _run_id(),
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    *(Column(f.name, Real) for f in fields(Epoch) if f.name != "epoch"),
    sqlite_with_rowid=False,
)
sweeps = Table(
    "sweeps",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    Column("definition", JSON, nullable=False),
    Column("hash", Text, nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    UniqueConstraint("name", name="uq_sweeps_name"),
)
cells = Table(
    "cells",
    metadata,
    _id(),
    Column("sweep_id", ForeignKey("sweeps.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("dataset_fingerprint", Text, nullable=False),
    Column("experiment", JSON, nullable=False),  # its fields that are not at their default
    Column("status", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("claimed_by", Text, nullable=False),
    Column("heartbeat", Double),  # seconds since 1970 by the database's clock
    Column("error", Words, nullable=False),
    UniqueConstraint(
        "sweep_id", "key", "dataset_fingerprint", name="uq_cells_sweep_id_key_dataset_fingerprint"
    ),
    Index("ix_cells_next", "sweep_id", "dataset_fingerprint", "status", "tries", "position"),
    Index("ix_cells_key", "key", "dataset_fingerprint"),
)
inspections = Table(
    "inspections",
    metadata,
    _id(),
    Column("key", Text, nullable=False),
    Column("network", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("question", JSON, nullable=False),
    Column("inspection", JSON, nullable=False),
    Column("stored", DateTime(timezone=True), nullable=False),
    UniqueConstraint("key", name="uq_inspections_key"),
)
