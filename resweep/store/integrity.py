"""Looks for what is wrong with a store: damaged pages, orphaned rows, keys that do not fit."""

from collections.abc import Iterator

from sqlalchemy import Connection

from resweep.store import rows, salvage
from resweep.store.schema import runs


def faults(connection: Connection) -> Iterator[str]:
    """Yield one line for each fault, going on behind those that stop a check."""
    if connection.dialect.name == "sqlite":
        yield from _of_file(connection, "PRAGMA integrity_check")
        yield from _of_file(connection, "PRAGMA foreign_key_check")
        for where in salvage.complaints(connection):
            yield f"runs: {where} cannot be read"
    yield from _of_keys(connection)


def _of_file(connection: Connection, check: str) -> Iterator[str]:
    """SQLite's own checks; on a page that even they cannot read they stop."""
    try:
        for row in connection.exec_driver_sql(check):
            if check.endswith("foreign_key_check"):
                table, row_id, parent, _ = row
                yield f"{table}: row {row_id} belongs to no row of {parent}"
            elif row[0] != "ok":
                yield row[0]
    except Exception as error:
        if not salvage.is_damage(connection, error):
            raise
        yield f"{check.removeprefix('PRAGMA ')}: {error.__cause__ or error}".partition("\n")[0]


def _of_keys(connection: Connection) -> Iterator[str]:
    def fetch(ids: salvage.Ids | None) -> list[str]:
        query = rows.SELECT.add_columns(runs.c.key).order_by(runs.c.id)
        if ids is not None:
            query = query.where(runs.c.id.in_(ids))
        complaints = []
        for row in connection.execute(query):
            experiment = rows.experiment(row)
            if not experiment.resolved or experiment.key != row.key:
                complaints.append(
                    f"runs: row {row.id} has key {row.key[:12]}, "
                    "which is not that of its experiment"
                )
        return complaints

    yield from salvage.piecewise(connection, fetch, silent=True)
