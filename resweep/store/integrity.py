"""Looks for what is wrong with a store: damaged pages, orphaned rows, keys that do not fit."""

from collections.abc import Iterator

from sqlalchemy import Connection

from resweep.store import rows
from resweep.store.schema import runs


def faults(connection: Connection) -> Iterator[str]:
    """Yield one line for each fault."""
    if connection.dialect.name == "sqlite":
        yield from _of_file(connection)
    yield from _of_keys(connection)


def _of_file(connection: Connection) -> Iterator[str]:
    for (text,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if text != "ok":
            yield text
    for table, row_id, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"{table}: row {row_id} belongs to no row of {parent}"


def _of_keys(connection: Connection) -> Iterator[str]:
    for row in connection.execute(rows.SELECT.add_columns(runs.c.key).order_by(runs.c.id)):
        experiment = rows.experiment(row)
        if not experiment.resolved or experiment.key != row.key:
            yield f"runs: row {row.id} has key {row.key[:12]}, which is not that of its experiment"
