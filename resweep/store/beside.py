"""Where Optuna keeps its studies: in the store's own SQLite file, or in a schema of its own on the store's server.

Optuna owns the tables studies, trials, study_*, trial_*, version_info and alembic_version; ours have other names, and
neither side's migrations look at the other's.
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
    """The URL that Optuna (and optuna-dashboard) opens for the store at `url`; on PostgreSQL it may hold a password.

    A store in a schema of its own (options=-csearch_path=s) has its studies in `s_optuna`. `create` makes a missing
    schema; without it a store that never had a study raises MissingError.
    """
    place = address.parse(url)
    schema = None if isinstance(place, Path) else own_schema(place)
    database = connect(url)
    try:
        prepare(database, create=create)
        with (
            explained(database),
            (database.writer if create else database.reader).begin() as connection,
        ):
            if schema and create:
                connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
                connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
            elif not create and not _has_studies(connection, schema):
                raise MissingError(
                    f"store {database.name} holds no study: resweep study --trials N makes one"
                )
    finally:
        database.dispose()
    if isinstance(place, Path):
        return f"sqlite:///{place.absolute()}"
    return place.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(
        hide_password=False
    )


def own_schema(place: URL) -> str:
    """The schema that holds the studies of the PostgreSQL store at `place`."""
    options = place.query.get("options", "")
    own = re.search(
        r"search_path=(\w+)", options if isinstance(options, str) else " ".join(options)
    )
    return f"{own[1]}_{SCHEMA}" if own else SCHEMA


def _has_studies(connection: Connection, schema: str | None) -> bool:
    return inspect(connection).has_table("studies", schema=schema)
