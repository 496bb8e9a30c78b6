"""How far Optuna's studies are, read by SQL: importing Optuna to count trials would take a second."""

from dataclasses import dataclass

from sqlalchemy import Connection, Text, cast, column, func, inspect, select, table

from resweep.store.beside import own_schema

STATES = ("COMPLETE", "PRUNED", "FAIL", "RUNNING", "WAITING")


@dataclass(frozen=True)
class Study:
    """A study beside the store; `trials` counts its trials by Optuna's state, in lower case."""

    name: str
    trials: dict[str, int]


def listed(connection: Connection) -> list[Study]:
    """Every study, newest first; none where Optuna never made its tables."""
    url = connection.engine.url
    schema = own_schema(url) if url.get_backend_name() == "postgresql" else None
    if not inspect(connection).has_table("studies", schema=schema):
        return []
    studies = table("studies", column("study_id"), column("study_name"), schema=schema)
    trials = table("trials", column("study_id"), column("state"), schema=schema)
    state = cast(trials.c.state, Text)
    counted = {
        (study, name): count
        for study, name, count in connection.execute(
            select(trials.c.study_id, state, func.count()).group_by(trials.c.study_id, state)
        )
    }
    found = connection.execute(select(studies).order_by(studies.c.study_id.desc()))
    return [
        Study(
            row.study_name, {name.lower(): counted.get((row.study_id, name), 0) for name in STATES}
        )
        for row in found
    ]
