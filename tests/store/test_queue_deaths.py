"""Cells of drivers that died, stalled or cannot be seen: found again, and by nobody too soon."""

import multiprocessing
import sqlite3
import threading
from types import SimpleNamespace

import pytest

from resweep import identity
from resweep.errors import ResweepError
from resweep.store.queue import SKEW_SECONDS, STALE_SECONDS
from tests.samples import outcome
from tests.store.queues import age, dead, drain, heartbeats, queue, set_owner, someone, states


def test_cells_of_a_dead_process_of_this_machine_are_found_at_once(store, monkeypatch):
    someone(monkeypatch, dead())
    assert drain(queue(store)) == [0, 1, 2]
    monkeypatch.undo()
    q = queue(store)
    assert q.claim() is None
    assert q.recover() == 3
    assert drain(q) == [0, 1, 2]
    assert q.recover() == 0


def test_cells_of_a_live_process_are_left_alone(store, monkeypatch):
    pid = multiprocessing.current_process().pid
    alive = f"{identity.host()} {pid} {identity.start(pid)}"
    someone(monkeypatch, alive)
    drain(queue(store))
    someone(monkeypatch, f"{identity.host()} 1 1")
    assert queue(store).recover() == 0
    reused = (
        alive.rsplit(" ", 1)[0] + " 1"
    )  # the same number, but a process that began at another time
    set_owner(store, reused)
    assert queue(store).recover() == 3


def test_cells_of_another_machine_are_found_when_its_heartbeat_stops(store, monkeypatch, clock):
    someone(monkeypatch, "elsewhere 1 1")
    other = queue(store)
    drain(other)
    monkeypatch.undo()
    q = queue(store)
    assert q.recover() == 0
    assert q.unseen() == ["elsewhere 1 1"]
    age(store, STALE_SECONDS + 5)
    other.beat()
    assert q.recover() == 0
    age(store, STALE_SECONDS + 5)
    clock.seconds += STALE_SECONDS + 5
    q.recover()  # with SQLite it is only now that the heartbeat is known to have changed
    clock.seconds += STALE_SECONDS + 5
    q.recover()
    assert q.counts()["queued"] == 3


@pytest.mark.parametrize("skew", [-200, 200])
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_the_clock_of_another_machine_steals_no_cell(store, monkeypatch, clock, skew):
    """On SQLite every machine writes its heartbeats by its own clock."""
    someone(monkeypatch, "elsewhere/0badb001/1 1 1")
    other = queue(store)
    drain(other)
    monkeypatch.undo()
    q = queue(store)
    for _ in range(10):
        other.beat()
        age(store, skew)
        assert q.recover() == 0
        clock.seconds += 20
    clock.seconds += STALE_SECONDS
    assert q.recover() == 3, "its heartbeat has stopped by our own clock"


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_driver_that_is_long_gone_is_dead_whatever_the_clocks(store, monkeypatch):
    someone(monkeypatch, "elsewhere/0badb001/1 1 1")
    drain(queue(store))
    monkeypatch.undo()
    age(store, STALE_SECONDS + SKEW_SECONDS + 5)
    assert queue(store).recover() == 3


def test_a_container_of_this_machine_shares_its_clock(store, monkeypatch):
    _, boot, _ = identity.host().split("/")
    someone(monkeypatch, f"container/{boot}/1 1 1")
    drain(queue(store))
    monkeypatch.undo()
    assert queue(store).recover() == 0
    age(store, STALE_SECONDS + 5)
    assert queue(store).recover() == 3


def test_the_death_of_drivers_is_no_try_and_their_cells_come_last(store, monkeypatch):
    for _ in range(5):
        someone(monkeypatch, dead())
        assert queue(store, max_tries=2).claim().seed == 0
        monkeypatch.undo()
        assert queue(store, max_tries=2).recover() == 1
        assert states(store)[0] == (0, "queued", 0)
    someone(monkeypatch, dead())
    assert queue(store, max_tries=2).claim().seed == 0
    monkeypatch.undo()
    q = queue(store, max_tries=2)
    assert q.recover() == 1
    assert drain(q) == [1, 2, 0]
    assert store.count() == 0


def test_a_stalled_driver_does_not_undo_what_another_has_measured(store, monkeypatch):
    someone(monkeypatch, dead())
    stalled = queue(store, max_tries=1)
    lost = stalled.claim()
    monkeypatch.undo()
    other = queue(store)
    assert other.recover() == 1
    assert drain(other) == [1, 2, 0]
    assert stalled.retry(lost.key), "another has the cell: nothing is to be stored of it"
    stalled.save(outcome(0, status="error"))
    assert states(store)[0][1] == "running"
    assert store.count() == 0
    other.save(outcome(0, length=7))
    assert stalled.retry(lost.key)
    stalled.save(outcome(0, status="error"))
    stalled.save(outcome(0, length=3))
    assert store.find(lost.key, "data") == outcome(0, length=7)
    assert states(store)[0][1] == "done"


def test_what_a_stalled_driver_measured_first_is_kept(store, monkeypatch):
    someone(monkeypatch, dead())
    stalled = queue(store)
    key = stalled.claim().key
    monkeypatch.undo()
    other = queue(store)
    other.recover()
    drain(other)
    stalled.save(outcome(0, length=3))
    other.save(outcome(0, length=7))
    assert store.find(key, "data") == outcome(0, length=3)
    assert other.counts()["done"] == 1


def test_a_claim_whose_answer_was_lost_is_found_again(store, monkeypatch):
    """The connection breaks after the commit and before the answer: the claim is repeated."""
    q = queue(store)
    take, answers = q._take, []

    def forgetful(connection):
        answers.append(take(connection))
        if len(answers) == 1:
            connection.commit()
            raise ResweepError from sqlite_busy()
        return answers[-1]

    monkeypatch.setattr(q, "_take", forgetful)
    assert [cell.seed for cell in iter(q.claim, None)] == [1, 2]
    assert q.recover() == 1
    assert drain(q) == [0]


def sqlite_busy():
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return error


@pytest.fixture
def clock():
    """The clock by which a driver judges heartbeats, to be moved by hand."""
    hand = SimpleNamespace(seconds=0.0)
    with pytest.MonkeyPatch.context() as patch:  # its own, as tests undo theirs halfway
        patch.setattr("resweep.store.queue.monotonic", lambda: hand.seconds)
        yield hand


def test_a_heartbeat_keeps_cells_from_ageing(store, monkeypatch):
    monkeypatch.setattr("resweep.store.queue.BEAT_SECONDS", 0.05)
    q = queue(store)
    q.claim()
    age(store, 1000)
    with q.beating():
        for _ in range(200):
            beaten = heartbeats(store)[0] > heartbeats(store, "now") - 500
            if beaten:
                break
            threading.Event().wait(0.05)
        assert beaten
