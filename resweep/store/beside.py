"""Says where Optuna keeps its studies: in the store's SQLite file, or in a schema of their own.

On PostgreSQL the schema is `optuna`, or `NAME_optuna` for a store whose URL sets search_path=NAME.
Optuna owns the tables studies, trials, study_*, trial_*, version_info and alembic_version. Ours
have other names, and neither side's migrations look at the other's tables.
"""

import re
from pathlib import Path

from sqlalchemy import URL, Connection, func, inspect, select

from resweep.errors import MissingError
from resweep.store import address
from resweep.store.engine import connect
from resweep.store.faults import explained
from resweep.store.migrate import prepare

SCHEMA = "optuna"
LOCK = 0x6F7074756E61  # "optuna"


def studies_url(url: str, *, create: bool) -> str:
    """Return the URL by which Optuna, and optuna-dashboard, open the studies of the store `url`.

    On PostgreSQL it may hold a password. `create` makes the store and the schema where they are
    missing; without it a store that has no studies raises MissingError.
    """
    place = address.parse(url)
    database = connect(url)
    try:
        prepare(database, create=create)
        engine = database.writer if create else database.reader
        with explained(database), engine.begin() as connection:
            schema = studies_schema(connection)
            if schema and create:
                make_schema(connection, schema)
            elif not create and not has_studies(connection):
                raise MissingError(
                    f"store {database.name} holds no study: resweep study --trials N makes one"
                )
    finally:
        database.dispose()
    if isinstance(place, Path):
        # As a file URI, which has an escape for every byte that a file name may hold.
        file = URL.create("sqlite", database=place.absolute().as_uri(), query={"uri": "true"})
        return file.render_as_string()
    with_schema = place.update_query_dict({"options": f"-csearch_path={schema}"})
    return with_schema.render_as_string(hide_password=False)


def make_schema(connection: Connection, schema: str) -> None:
    """Make the schema of the studies on a PostgreSQL server, unless it is there."""
    connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')


def turn_to_studies(connection: Connection, *, create: bool) -> None:
    """Let table names mean those of the studies until the end of the transaction.

    `create` makes the schema where it is missing. On SQLite there is nothing to turn.
    """
    schema = studies_schema(connection)
    if schema is None:
        return
    if create:
        make_schema(connection, schema)
    connection.exec_driver_sql(f'SET LOCAL search_path TO "{schema}"')


def studies_schema(connection: Connection) -> str | None:
    """Return the schema that holds the studies of the connected store; None on SQLite."""
    url = connection.engine.url
    return own_schema(url) if url.get_backend_name() == "postgresql" else None


def own_schema(place: URL) -> str:
    """Return the schema that holds the studies of the PostgreSQL store at `place`."""
    options = place.query.get("options", "")
    text = options if isinstance(options, str) else " ".join(options)
    own = re.search(r"search_path=(\w+)", text)
    return f"{own[1]}_{SCHEMA}" if own else SCHEMA


def has_studies(connection: Connection) -> bool:
    """Return whether Optuna has made its tables for the connected store."""
    return inspect(connection).has_table("studies", schema=studies_schema(connection))


def may_read_studies(connection: Connection) -> bool:
    """Return whether there are tables of studies that this user may read.

    Whoever was given the runs alone can still report them.
    """
    if not has_studies(connection):
        return False
    schema = studies_schema(connection)
    if schema is None:
        return True
    if not connection.scalar(select(func.has_schema_privilege(schema, "USAGE"))):
        return False
    for name in ("studies", "trials"):
        table_name = f'"{schema}".{name}'
        if not connection.scalar(select(func.has_table_privilege(table_name, "SELECT"))):
            return False
    return True
