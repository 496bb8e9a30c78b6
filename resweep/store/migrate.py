"""The schema's version: looked up with one plain select, moved by alembic, which is imported only then (1 s)."""

import os.path
import stat
from pathlib import Path

from sqlalchemy import Connection, column, func, inspect, select, table

from resweep.errors import MissingError, ResweepError, UsageError
from resweep.store import schema
from resweep.store.engine import Database, connect
from resweep.store.faults import explained

SCRIPTS = "resweep.store:migrations"
OPTUNA = {"studies", "trials", "version_info", "alembic_version"}
LOCK = 0x7265737765657000  # the advisory lock of upgrades on PostgreSQL: "resweep"


def upgrade(url: str) -> tuple[str | None, str]:
    """Bring the store at `url` to this program's schema; the revisions before (None: no tables yet) and after."""
    database = connect(url)
    try:
        with explained(database):
            before = version(database, create=False)
            if before != schema.HEAD:
                _apply(database)
    finally:
        database.dispose()
    return before, schema.HEAD


def prepare(database: Database, *, create: bool) -> None:
    """Make sure that the store is there and of this program's schema; `create` allows to make or upgrade it.

    Raises MissingError where there is none, UsageError for what cannot be a store, ResweepError for another version.
    """
    with explained(database):
        found = version(database, create=create)
        if found == schema.HEAD:
            return
        if found is None and not create:
            raise _missing(database)
        if not create:
            raise ResweepError(
                f"store {database.name} has an older schema ({found}): run `resweep db upgrade`"
            )
        _apply(database)


def version(database: Database, *, create: bool) -> str | None:
    """The revision of the store, None where our tables are not there yet; refuses what is not or cannot be a store."""
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
            f"store {database.name} is {what}: name a file, such as resweep.db in your own directory"
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
        found = connection.scalar(
            select(column("version_num")).select_from(table(schema.VERSION_TABLE))
        )
        if found is not None and not (found.isdigit() and found <= schema.HEAD):
            raise ResweepError(
                f"{store} was written by a newer resweep (schema {found}): upgrade resweep"
            )
        return found
    foreign = sorted(t for t in tables - OPTUNA if not t.startswith(("study_", "trial_")))
    if foreign:
        named = ", ".join(foreign[:3]) + (", ..." if len(foreign) > 3 else "")
        raise UsageError(
            f"{store} belongs to another program (tables {named}): name another with --store"
        )
    return None


def _missing(database: Database) -> MissingError:
    return MissingError(
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
            command.upgrade(
                config, "head"
            )  # looks again under the lock: another process may have been faster
    finally:
        if migrator is not database:
            migrator.writer.dispose()
