"""Copies the studies of one store into another, row by row, inside the transaction of its runs.

Rows are copied as they are, so that infinite values, texts and times arrive as they were stored.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from optuna.storages import _rdb
from optuna.storages._rdb.models import BaseModel
from optuna.trial import TrialState
from sqlalchemy import (
    Connection,
    Row,
    Select,
    Table,
    column,
    delete,
    insert,
    inspect,
    select,
    table,
    update,
)

from resweep.errors import ResweepError
from resweep.plans.study_holders import DRIVER
from resweep.plans.study_name import DEFINITION

TABLES: Mapping[str, Table] = BaseModel.metadata.tables
STUDIES, TRIALS = TABLES["studies"], TABLES["trials"]
OF_STUDIES = ("study_directions", "study_user_attributes", "study_system_attributes")
OF_TRIALS = (
    "trial_params",
    "trial_values",
    "trial_intermediate_values",
    "trial_user_attributes",
    "trial_system_attributes",
    "trial_heartbeats",
)
PAGE = 500  # trials whose rows are read together
OPEN = (TrialState.RUNNING, TrialState.WAITING)

Rows = dict[str, Any]
Parts = dict[str, list[Rows]]  # the rows that belong to one study or trial, by their table


@dataclass(frozen=True)
class Trial:
    """A trial as it is stored: its own row, and the rows of other tables that belong to it."""

    row: Row[Any]
    parts: Parts

    @property
    def drawn(self) -> tuple[tuple[Any, ...], ...]:
        """Its parameters, by which it is known again; empty while nothing is drawn."""
        columns = ("param_name", "param_value", "distribution_json")
        return tuple(sorted(tuple(p[c] for c in columns) for p in self.parts["trial_params"]))


def copy_studies(source: Connection, target: Connection) -> tuple[int, int]:
    """Copy every study of `source` into `target`; return how many studies and trials were new.

    Tables are made where there are none. A trial that came to an end by what was copied counts too.
    A study that both have gets the trials whose parameters it lacks, under new numbers, and the end
    of those that it has only begun. A running trial is nobody's in `target`, as a running cell is:
    the next driver goes on with it.

    Raises ResweepError, before anything is written, if the two stores have studies of one name with
    different definitions, and where the tables are those of another version of Optuna.
    """
    known = ScriptDirectory(str(Path(_rdb.__file__).parent / "alembic")).get_current_head()
    _check_revision(source, known)
    if inspect(target).has_table(STUDIES.name):
        _check_revision(target, known)
    else:
        _make_tables(source, target)
    coming = source.execute(select(STUDIES).order_by(STUDIES.c.study_id)).all()
    here = dict(_ids_by_name(target, [row.study_name for row in coming]))
    for row in coming:
        if row.study_name in here:
            _refuse_another_definition(source, row, target, here[row.study_name])
    studies = trials = 0
    for row in coming:
        if row.study_name not in here:
            here[row.study_name] = _new_study(source, row, target)
            studies += 1
        trials += _merge_trials(source, row.study_id, target, here[row.study_name])
    return studies, trials


def _check_revision(connection: Connection, known: str | None) -> None:
    version: Select[Any] = select(column("version_num")).select_from(table("alembic_version"))
    found = connection.scalar(version)
    if found != known:
        raise ResweepError(
            f"the studies of one of the stores have Optuna's schema {found}, this Optuna has "
            f"{known}: bring it up to date with `optuna storage upgrade`, then repeat"
        )


def _make_tables(source: Connection, target: Connection) -> None:
    """Make Optuna's tables, of the version that those of `source` have."""
    BaseModel.metadata.create_all(target)
    target.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
    for name, columns in (
        ("alembic_version", ("version_num",)),
        ("version_info", ("version_info_id", "schema_version", "library_version")),
    ):
        of_version = table(name, *map(column, columns))
        for row in source.execute(select(of_version)):
            target.execute(insert(of_version).values(**row._mapping))


def _ids_by_name(target: Connection, names: Sequence[str]) -> list[tuple[str, int]]:
    """(name, id) of the studies that are there; locked, as Optuna locks them for a new trial."""
    query = select(STUDIES.c.study_name, STUDIES.c.study_id).where(STUDIES.c.study_name.in_(names))
    return [(row.study_name, row.study_id) for row in target.execute(query.with_for_update())]


def _refuse_another_definition(
    source: Connection, study: Row[Any], target: Connection, target_id: int
) -> None:
    if _definition(source, study.study_id) != _definition(target, target_id):
        raise ResweepError(
            f"both stores have a study {study.study_name!r} with another definition: "
            "nothing was merged"
        )


def _definition(connection: Connection, study_id: int) -> tuple[list[Any], str | None]:
    """What makes two studies of one name the same study: the directions, and what we wrote."""
    directions, attributes = TABLES["study_directions"], TABLES["study_user_attributes"]
    of_study = select(directions.c.direction).where(directions.c.study_id == study_id)
    ordered = list(connection.scalars(of_study.order_by(directions.c.objective)))
    ours = (attributes.c.study_id == study_id, attributes.c.key == DEFINITION)
    return ordered, connection.scalar(select(attributes.c.value_json).where(*ours))


def _new_study(source: Connection, study: Row[Any], target: Connection) -> int:
    entered = insert(STUDIES).values(study_name=study.study_name).returning(STUDIES.c.study_id)
    study_id = int(target.execute(entered).scalar_one())
    for name in OF_STUDIES:
        belonging = select(TABLES[name]).where(TABLES[name].c.study_id == study.study_id)
        rows = [_content(TABLES[name], r, study_id=study_id) for r in source.execute(belonging)]
        _insert(target, name, rows)
    return study_id


def _merge_trials(source: Connection, source_id: int, target: Connection, target_id: int) -> int:
    """Copy the trials that are missing, and the end of those begun; return how many there were."""
    present = _trials(target, target_id)
    known: dict[Any, list[Trial]] = defaultdict(list)
    for trial in present:
        known[trial.drawn].append(trial)
    number, changed = len(present), 0
    for trial in _trials(source, source_id):
        if present and not trial.drawn:
            continue  # never drawn: there is nothing to go on with
        if same := known[trial.drawn]:
            changed += _end(target, same.pop(0), trial)
            continue
        _add(target, target_id, number, trial)
        number, changed = number + 1, changed + 1
    return changed


def _trials(connection: Connection, study_id: int) -> list[Trial]:
    """The trials of a study in their order."""
    of_study = select(TRIALS).where(TRIALS.c.study_id == study_id).order_by(TRIALS.c.trial_id)
    trials = [Trial(row, {name: [] for name in OF_TRIALS}) for row in connection.execute(of_study)]
    for start in range(0, len(trials), PAGE):
        _read_parts(connection, {t.row.trial_id: t for t in trials[start : start + PAGE]})
    return trials


def _read_parts(connection: Connection, trials: Mapping[int, Trial]) -> None:
    for name in OF_TRIALS:
        belonging = select(TABLES[name]).where(TABLES[name].c.trial_id.in_(list(trials)))
        for row in connection.execute(belonging.order_by(*TABLES[name].primary_key)):
            trials[row.trial_id].parts[name].append(_content(TABLES[name], row))


def _add(target: Connection, study_id: int, number: int, trial: Trial) -> None:
    row = _content(TRIALS, trial.row, study_id=study_id, number=number)
    entered = insert(TRIALS).values(**row).returning(TRIALS.c.trial_id)
    _write_parts(target, target.execute(entered).scalar_one(), trial)


def _end(target: Connection, here: Trial, coming: Trial) -> bool:
    """End a trial that has only begun here as it ended there; return whether it did."""
    if coming.row.state in OPEN or here.row.state not in OPEN:
        return False
    begun = (TRIALS.c.trial_id == here.row.trial_id, TRIALS.c.state.in_(OPEN))
    times = {name: getattr(coming.row, name) for name in ("datetime_start", "datetime_complete")}
    ended = update(TRIALS).where(*begun).values(state=coming.row.state, **times)
    if target.execute(ended).rowcount != 1:  # its driver has ended it meanwhile
        return False
    for name in OF_TRIALS:
        target.execute(delete(TABLES[name]).where(TABLES[name].c.trial_id == here.row.trial_id))
    _write_parts(target, here.row.trial_id, coming)
    return True


def _write_parts(target: Connection, trial_id: int, trial: Trial) -> None:
    for name, rows in trial.parts.items():
        kept = [{**row, "trial_id": trial_id} for row in rows if not _holds(trial, row)]
        _insert(target, name, kept)


def _holds(trial: Trial, row: Rows) -> bool:
    """Whether a row is the signature of the driver that holds a trial which has not ended."""
    return trial.row.state in OPEN and row.get("key") == DRIVER


def _insert(target: Connection, name: str, rows: list[Rows]) -> None:
    if rows:
        target.execute(insert(TABLES[name]), rows)


def _content(of: Table, row: Row[Any], **other: Any) -> Rows:
    """The columns of a row without its own number, some of them with other values."""
    numbers = {column.name for column in of.primary_key}
    return {name: value for name, value in row._mapping.items() if name not in numbers} | other
