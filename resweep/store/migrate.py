"""Looks up the version of a store's schema, and brings it to this program's.

Looking takes one select; alembic is imported (1 s) only when the schema must change.
"""

import os.path
import stat
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, column, func, inspect, select, table

from resweep import registry
from resweep.errors import MissingError, NoStoreError, ResweepError, UsageError
from resweep.store import schema
from resweep.store.engine import Database, connect
from resweep.store.faults import explained

SCRIPTS = "resweep.store:migrations"
OPTUNA = {"studies", "trials", "version_info", "alembic_version"}
LOCK = 0x7265737765657000  # the advisory lock of upgrades on PostgreSQL: "resweep"


def upgrade(url: str) -> tuple[str, str]:
    """Bring the store at `url` to this program's schema; return the revisions before and after.

    Raises NoStoreError where there is none, as for a database without our tables.
    """
    database = connect(url)
    try:
        with explained(database):
            before = version(database, create=False)
            if before is None:
                raise _missing(database)
            if before != schema.HEAD:
                _apply(database)
    finally:
        database.dispose()
    return before, schema.HEAD


def prepare(database: Database, *, create: bool) -> None:
    """Make sure that the store is there and has this program's schema.

    `create` allows to make a missing store and to upgrade an older one. Raises MissingError if
    there is no store, UsageError for what cannot be one, and ResweepError for another version.
    """
    with explained(database):
        revision = version(database, create=create)
        if revision == schema.HEAD:
            return
        if revision is None and not create:
            raise _missing(database)
        if not create:
            raise ResweepError(
                f"store {database.name} has an older schema ({revision}): run `resweep db upgrade`"
            )
        _apply(database)


def version(database: Database, *, create: bool) -> str | None:
    """Return the revision of the store, or None if it has no tables of ours yet.

    Raises UsageError for what cannot be a store, and MissingError for a file that is not there
    unless `create` allows to make it.
    """
    if database.path is not None and not _is_file(database, database.path, create):
        return None
    with database.reader.connect() as connection:
        return _revision(connection, database)


def _is_file(database: Database, path: Path, create: bool) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        mode = 0
    if stat.S_ISREG(mode):
        return True
    if mode:
        what = "a directory" if stat.S_ISDIR(mode) else "not a regular file"
        raise UsageError(
            f"store {database.name} is {what}: "
            "name a file, such as resweep.db in your own directory"
        )
    if not create:
        raise _missing(database)
    if not os.path.isdir(path.parent):
        raise MissingError(
            f"store {database.name} needs a directory that is not there: mkdir -p {path.parent}"
        )
    return False


def _revision(connection: Connection, database: Database) -> str | None:
    store = f"store {database.name}"
    tables = set(inspect(connection).get_table_names())
    if schema.VERSION_TABLE in tables:
        query: Select[Any] = select(column("version_num")).select_from(table(schema.VERSION_TABLE))
        revision: str | None = connection.scalar(query)
        if revision is not None and not (revision.isdigit() and revision <= schema.HEAD):
            raise ResweepError(
                f"{store} was written by a newer resweep (schema {revision}): upgrade resweep"
            )
        return revision
    foreign = sorted(t for t in tables - OPTUNA if not t.startswith(("study_", "trial_")))
    if foreign:
        named = ", ".join(foreign[:3]) + (", ..." if len(foreign) > 3 else "")
        raise UsageError(
            f"{store} belongs to another program (tables {named}): name another with --store"
        )
    return None


def _missing(database: Database) -> MissingError:
    others: list[str] = []
    if database.path is not None:
        others = [file.name for file in database.path.parent.glob("*.db")]
        others = [name for name in others if name != database.path.name]
    near = registry.nearest(Path(database.name).name, others)
    if near:
        return NoStoreError(f"no store at {database.name}: did you mean {near!r}?")
    return NoStoreError(
        f"no store at {database.name}: run `resweep run` first or name another with --store"
    )


def _apply(database: Database) -> None:
    from alembic import command
    from alembic.config import Config

    migrator = database.migrator()
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    try:
        with migrator.writer.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
            config.attributes["connection"] = connection
            # Under the lock alembic looks again: another process may have been faster.
            command.upgrade(config, "head")
    finally:
        if migrator is not database:
            migrator.writer.dispose()
