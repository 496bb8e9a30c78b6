"""Counts the trials of Optuna's studies by SQL: importing Optuna would take a second."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection, Text, cast, column, func, select, table

from resweep.store.beside import may_read_studies, studies_schema

STATES = ("COMPLETE", "PRUNED", "FAIL", "RUNNING", "WAITING")


@dataclass(frozen=True)
class StudyProgress:
    """How far a study is: `trials` counts its trials by Optuna's state, in lower case."""

    name: str
    trials: dict[str, int]


def listed(connection: Connection) -> list[StudyProgress]:
    """Return every study beside the store that this user may read, newest first."""
    if not may_read_studies(connection):
        return []
    schema = studies_schema(connection)
    studies = table("studies", column("study_id"), column("study_name"), schema=schema)
    trials = table("trials", column("study_id"), column("state"), schema=schema)
    state = cast(trials.c.state, Text)
    by_state = select(trials.c.study_id, state, func.count()).group_by(trials.c.study_id, state)
    counts: defaultdict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(_names(), 0))
    for study_id, name, count in connection.execute(by_state):
        counts[study_id][name.lower()] = count
    newest_first = select(studies).order_by(studies.c.study_id.desc())
    return [
        StudyProgress(row.study_name, counts[row.study_id])
        for row in connection.execute(newest_first)
    ]


def _names() -> list[str]:
    return [state.lower() for state in STATES]
