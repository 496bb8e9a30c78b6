"""Optuna's storage of the trials, beside the runs in the store's own database."""

import json
import time

import optuna
from optuna.storages._rdb.models import TrialModel, TrialUserAttributeModel
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy import Insert, Update, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

BUSY_SECONDS = 30.0  # that SQLite waits for a lock


def storage(url: str, *, create: bool) -> optuna.storages.RDBStorage:
    """Open Optuna's tables at `url`; `create` makes them if they are missing.

    Several drivers may open a fresh database at once: all but one of them then fail to make the
    same tables, and try again.
    """
    options = {"connect_args": {"timeout": BUSY_SECONDS}} if url.startswith("sqlite") else {}
    for attempt in range(5):
        try:
            return optuna.storages.RDBStorage(url, options, skip_table_creation=not create)
        except Exception:  # another driver was creating the same tables
            if attempt == 4:
                raise
            time.sleep(0.2 * 2**attempt)
    raise AssertionError


def claim(store: optuna.storages.BaseStorage, trial: FrozenTrial, key: str, name: str) -> bool:
    """Sign a running trial with `name`, under the user attribute `key`; return whether that worked.

    It does not if the trial has ended, or has got the signature of a third, since `trial` was read:
    of several drivers that claim one trial, one succeeds. The check and the change are one
    statement.
    """
    if not isinstance(store, optuna.storages.RDBStorage):  # in memory: there is one driver
        store.set_trial_user_attr(trial._trial_id, key, name)
        return True
    attribute = TrialUserAttributeModel
    running = select(TrialModel.trial_id).where(
        TrialModel.trial_id == trial._trial_id, TrialModel.state == TrialState.RUNNING
    )
    statement: Insert | Update
    if key in trial.user_attrs:
        known = [json.dumps(trial.user_attrs[key]), json.dumps(name)]
        statement = update(attribute).values(value_json=json.dumps(name))
        statement = statement.where(
            attribute.trial_id.in_(running),
            attribute.key == key,
            attribute.value_json.in_(known),
        )
    else:
        row = running.add_columns(literal(key), literal(json.dumps(name)))
        statement = insert(attribute).from_select(["trial_id", "key", "value_json"], row)
    try:
        with store.engine.begin() as connection:
            options = {"preserve_rowcount": True}  # SQLAlchemy forgets that of an INSERT
            return connection.execute(statement, execution_options=options).rowcount == 1
    except IntegrityError:  # a trial has one attribute of a name: another driver was faster
        return False
