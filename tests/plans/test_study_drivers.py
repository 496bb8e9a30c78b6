"""Several drivers of one study: each trial has one of them, and a fault of one loses no trial."""

import itertools
import sqlite3
import threading
from dataclasses import replace

import pytest
from optuna.exceptions import StorageInternalError
from optuna.trial import TrialState
from sqlalchemy import create_engine, event

from resweep import identity
from resweep.errors import ResweepError
from resweep.outcome import Progress
from resweep.plans import WAIT, study_storage
from resweep.plans.study_holders import DRIVER
from resweep.plans.study_storage import claim, storage
from resweep.store import Store
from resweep.store.beside import studies_url
from tests.plans.studies import ENDED, answer, complete, drive, states, study

DRIVERS = 8


@pytest.fixture
def acting(monkeypatch):
    """A function under whose name studies are opened from then on."""
    return lambda name: monkeypatch.setattr(identity, "me", lambda: name)


@pytest.mark.parametrize("signed", [True, False], ids=["signed", "unsigned"])
def test_of_drivers_that_claim_one_trial_at_once_one_has_it(opened, acting, signed):
    acting(ENDED)
    plan = study(opened(), trials=1)
    plan.ask() if signed else plan.study.ask()
    (left,) = plan.study.trials
    stores = [opened() for _ in range(DRIVERS)]
    begin, claims = threading.Barrier(DRIVERS), [None] * DRIVERS

    def work(driver):
        begin.wait()
        claims[driver] = claim(stores[driver], left, DRIVER, f"driver {driver}")

    threads = [threading.Thread(target=work, args=(driver,)) for driver in range(DRIVERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claims) == [False] * (DRIVERS - 1) + [True]
    (signed_by,) = (t.user_attrs[DRIVER] for t in plan.study.trials)
    assert signed_by == f"driver {claims.index(True)}"


def test_two_studies_resumed_at_once_share_what_a_dead_driver_left(opened, acting):
    acting(ENDED)
    dead = study(opened(), trials=4)
    left = [dead.ask(), dead.ask()]
    plans = []
    for name in ("one 1 1", "two 1 1"):
        acting(name)
        plans.append(study(opened(), trials=4))
    assert [len(plan.again) for plan in plans] == [2, 2]
    asked = [plan.ask() for plan in (*plans, *plans)]
    assert asked[:2] == left
    assert len({e.key for e in asked}) == 4
    for plan, experiment in zip((*plans, *plans), asked, strict=True):
        plan.tell(answer(experiment))
    assert [plan.ask() for plan in plans] == [None, None]
    assert states(dead) == complete(4)


def test_a_driver_goes_on_with_what_another_leaves_meanwhile(on_disk, acting):
    acting("one 1 1")
    one = study(on_disk(), trials=2)
    first = one.ask()
    acting(ENDED)
    left = study(on_disk(), trials=2).ask()
    one.tell(answer(first))
    assert one.ask() == left
    one.tell(answer(left))
    assert states(one) == complete(2)


def test_a_trial_that_ended_elsewhere_meanwhile_is_no_crash(on_disk, acting):
    """A driver that was stopped for long finds its trials taken over and finished."""
    keys = {"trials": 3, "pruner": "median"}
    acting("stalled 1 1")
    stalled = study(on_disk(), **keys)
    held = [stalled.ask() for _ in range(3)]
    acting("other 1 1")
    other = study(on_disk(), take_over=True, **keys)
    assert drive(other) == held
    report = Progress("train", 1, 500, 1000, 2.0)
    assert not stalled.judge(held[0], report)
    stalled.tell(answer(held[0], "error"))
    stalled.stopped(held[1], report)
    assert stalled.lost(held[2], "killed")
    assert stalled.ask() is None
    assert states(other) == complete(3)
    assert [t.user_attrs["status"] for t in other.study.trials] == ["ok"] * 3


def test_to_take_over_is_not_to_take_from_the_living(on_disk, acting):
    living = identity.me()
    acting(living)
    held = study(on_disk(), trials=2).ask()
    acting("other 1 1")
    other = study(on_disk(), trials=2, take_over=True)
    assert held not in drive(other)
    assert other.elsewhere == 1
    assert other.ask() is WAIT  # since the living may die


@pytest.mark.parametrize("where", ["host", "boot", "namespace"])
def test_a_driver_that_cannot_be_seen_keeps_its_trials(on_disk, acting, where):
    """A container with the same host name, say, has other process numbers."""
    host, *rest = identity.host().split("/")
    parts = dict(zip(("host", "boot", "namespace"), (host, *rest), strict=True))
    parts[where] = "1"
    acting(f"{'/'.join(parts.values())} {2**22 + 1} 1")
    held = study(on_disk(), trials=2).ask()
    acting("other 1 1")
    other = study(on_disk(), trials=2)
    assert other.again == []
    assert held not in drive(other)
    assert other.ask() is None  # a wait for what cannot be seen would not end
    assert study(on_disk(), trials=2, take_over=True).ask() == held


WRITES = (
    "create_new_trial",
    "set_trial_param",
    "set_trial_user_attr",
    "set_trial_system_attr",
    "set_trial_state_values",
    "set_trial_intermediate_value",
)


def faulty(patch, kept, place, *, late):
    """Let one write of the storage fail, counted from 0: before it is done, or with its answer.

    Returns the counter of the writes.
    """
    calls = itertools.count()

    def failing(write):
        def call(*arguments, **named):
            fails = next(calls) == place
            if fails and not late:
                raise StorageInternalError
            written = write(*arguments, **named)
            if fails:
                raise StorageInternalError
            return written

        return call

    for name in WRITES:
        patch.setattr(kept, name, failing(getattr(kept, name)))
    return calls


def again(work):
    """Repeat the work once."""
    try:
        return work()
    except StorageInternalError:
        return work()


def reported(plan):
    """Drive a plan to its end, with a report of every run; one run in three is pruned."""
    asked = 0
    while (experiment := plan.ask()) is not None:
        report = Progress("train", 1, 500, 1000, 2.0)
        plan.judge(experiment, report)
        if asked % 3 == 2:
            plan.stopped(experiment, report)
        else:
            plan.tell(answer(experiment))
        asked += 1
    return asked


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
def test_a_fault_of_the_database_at_any_write_changes_nothing(kept, monkeypatch, late):
    keys = {"trials": 3, "pruner": "median", "steadily": again}

    def trials(name, place):
        with monkeypatch.context() as patch:
            writes = faulty(patch, kept, place, late=late)
            plan = study(kept, name, **keys)
            assert reported(plan) == 3
        return [(t.state, t.params, t.value) for t in plan.study.trials], next(writes)

    whole, writes = trials("whole", -1)
    assert writes > 20
    for place in range(writes):
        assert trials(f"fault {place}", place)[0] == whole


def test_a_trial_one_too_many_is_given_up(on_disk, acting):
    """Two drivers see one trial missing at once, and both begin one."""
    acting("one 1 1")
    one = study(on_disk(), trials=1)
    acting("two 1 1")
    two = study(on_disk(), trials=1)
    seen = two._trials()
    first = one.ask()
    answers = iter([seen, seen])
    two._trials = lambda: next(answers, two.study.get_trials())
    assert two.ask() is None
    one.tell(answer(first))
    assert states(one) == [TrialState.COMPLETE, TrialState.FAIL]
    assert one.ask() is None


def test_a_study_waits_for_a_locked_file(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(study_storage, "BUSY_SECONDS", 0.1)
    path = tmp_path / "s.db"
    with Store.open(str(path)) as store:
        plan = study(storage(f"sqlite:///{path}", create=True), trials=2, steadily=store.steadily)
        first = plan.ask()
        other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(1.0, other.close)
        release.start()
        plan.tell(answer(first))
        release.join()
        drive(plan)
    assert states(plan) == complete(2)
    assert "stays locked by another program" in capsys.readouterr().err


@pytest.mark.postgres
def test_a_study_goes_on_after_its_server_has_closed_all_connections(new_schema, postgres):
    """As a restart of the server does."""
    url = new_schema()
    with Store.open(url) as store:
        kept = storage(studies_url(url, create=True), create=True)
        plan = study(kept, trials=3, steadily=store.steadily)
        server = create_engine(postgres)
        while (experiment := plan.ask()) is not None:
            with server.begin() as connection:
                connection.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
                )
            plan.tell(answer(experiment))
        server.dispose()
        assert states(plan) == complete(3)


def test_what_optuna_meets_in_the_database_is_explained(tmp_path):
    path = tmp_path / "s.db"
    with Store.open(str(path)) as store:
        plan = study(storage(f"sqlite:///{path}", create=True), trials=2, steadily=store.steadily)
        experiment = plan.ask()
        with plan.store.engine.connect() as connection:
            (pages,) = connection.exec_driver_sql("PRAGMA page_count").one()

        def full(connection, record):
            connection.execute(f"PRAGMA max_page_count = {pages}")

        event.listen(plan.store.engine, "connect", full)
        plan.store.engine.dispose()
        with pytest.raises(ResweepError, match="is on a full disk") as fault:
            plan.tell(replace(answer(experiment, "error"), detail="x" * 10**6))
        assert "defect" not in str(fault.value)
