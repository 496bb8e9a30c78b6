"""The queue of a sweep's cells, on every database: each goes to one driver, and none is lost."""

import contextlib
import multiprocessing
import sqlite3
import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from resweep import identity
from resweep.errors import ResweepError, UsageError
from resweep.experiment import Experiment
from resweep.store import Store, schema
from resweep.store.queue import SKEW_SECONDS, STALE_SECONDS, now
from tests.samples import experiment, outcome, refusal

DEFINITION = {"grid": [{"seed": [0, 1, 2]}]}


def queue(store, count=3, *, name="mine", digest="d", fingerprint="data", **more):
    experiments = [experiment(seed=seed) for seed in range(count)]
    return store.queue(name, DEFINITION, digest, experiments, fingerprint, **more)


def drain(of):
    """The seeds of all cells that can be claimed."""
    return [cell.seed for cell in iter(of.claim, None)]


def states(store, name="mine"):
    return [(c.experiment.get("seed", 0), c.status, c.tries) for c in store.cells(name)]


def someone(monkeypatch, name):
    monkeypatch.setattr(identity, "me", lambda: name)


def dead():
    """The name of a process of this machine that has ended."""
    process = multiprocessing.get_context("fork").Process(target=lambda: None)
    process.start()
    process.join()
    return f"{identity.host()} {process.pid} 1"


def test_cells_are_claimed_once_in_their_order_and_come_back_as_they_were(store):
    q = queue(store)
    assert q.claim() == experiment(seed=0)
    assert type(q.claim()) is Experiment
    assert drain(q) == [2]
    assert q.counts() == {"queued": 0, "running": 3, "done": 0, "failed": 0}


def test_saving_a_run_ends_its_cells_in_every_sweep(store):
    one, two, elsewhere = (
        queue(store),
        queue(store, name="two"),
        queue(store, name="other data", fingerprint="x"),
    )
    one.claim()
    store.save(outcome(0))
    store.save(outcome(1, status="exploded"))
    store.save(outcome(2, status="error"))
    for q in (one, two):
        assert q.counts() == {"queued": 0, "running": 0, "done": 2, "failed": 1}
    assert elsewhere.counts()["queued"] == 3
    assert [c.error for c in store.cells("two")] == ["", "", "block 3, step 1"]


def test_cells_whose_run_is_stored_are_done_from_the_start_and_errors_are_tried(store):
    store.save(outcome(1))
    store.save(outcome(2, status="error"))
    assert drain(queue(store)) == [0, 2]


def test_entering_again_changes_nothing_but_finds_runs_that_are_gone(store):
    q = queue(store)
    q.claim()
    store.save(outcome(0))
    q.claim()
    again = queue(store)
    assert states(store) == [(0, "done", 1), (1, "running", 1), (2, "queued", 0)]
    store.remove(store.ids(prefixes=[outcome(0).experiment.key]))
    again = queue(store)
    assert states(store) == [(0, "queued", 0), (1, "running", 1), (2, "queued", 0)]
    assert drain(again) == [0, 2]


def test_a_name_stands_for_one_content(store):
    queue(store)
    message = refusal(UsageError, queue, store, digest="another")
    assert "sweep 'mine' with other content" in message
    assert "--name" in message
    assert len(store.cells("mine")) == 3
    queue(store, fingerprint="other data")
    assert len(store.cells("mine")) == 6


def test_rerun_queues_failed_cells_or_all(store):
    q = queue(store)
    store.save(outcome(0))
    store.save(outcome(1, status="error"))
    assert drain(q) == [2]
    assert drain(queue(store, rerun="failed")) == [1]
    store.save(outcome(1))
    store.save(outcome(2))
    assert drain(queue(store)) == []
    assert drain(queue(store, rerun="all")) == [0, 1, 2]
    assert drain(queue(store)) == []


def test_a_released_cell_is_next_and_its_try_does_not_count(store):
    q = queue(store)
    cell = q.claim()
    q.release(cell.key)
    assert states(store)[0] == (0, "queued", 0)
    assert q.claim() == cell


def test_a_cell_whose_worker_died_comes_last_and_at_most_three_times(store):
    q = queue(store)
    lost = q.claim()
    assert q.retry(lost.key)
    assert [q.claim().seed for _ in range(3)] == [1, 2, 0]
    assert q.retry(lost.key)
    assert q.claim() == lost
    assert not q.retry(lost.key)
    assert states(store)[0] == (0, "running", 3)


def test_nobody_gives_back_what_another_holds(store, monkeypatch):
    q = queue(store)
    cell = q.claim()
    someone(monkeypatch, "elsewhere 1 1")
    other = queue(store)
    other.release(cell.key)
    assert other.retry(cell.key), "there is nothing to store of it"
    assert q.counts()["running"] == 1


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


def test_an_error_takes_the_place_of_no_measured_run(store):
    store.save(outcome(0))
    store.save(outcome(0, status="error"))
    assert list(store.outcomes(profiles=True)) == [outcome(0)]
    store.save(outcome(1, status="error"))
    store.save(replace(outcome(1, status="error"), detail="again"))
    assert [o.detail for o in store.outcomes(status="error")] == ["again"]
    store.save(outcome(1))
    assert [o.status for o in store.outcomes()] == ["ok", "ok"]


def test_a_rerun_that_fails_keeps_the_run_and_fails_the_cell(store):
    store.save(outcome(0))
    q = queue(store, rerun="all", max_tries=1)
    cell = q.claim()
    assert cell.seed == 0
    assert not q.retry(cell.key)
    q.save(outcome(0, status="error"))
    assert store.find(cell.key, "data") == outcome(0)
    assert q.counts()["failed"] == 1
    (failed,) = q.failures()
    assert (failed.experiment, failed.status, failed.detail) == (cell, "error", "block 3, step 1")
    assert drain(queue(store, rerun="failed")) == [0, 1, 2]


def test_an_error_elsewhere_does_not_end_a_cell_that_is_running(store):
    q = queue(store)
    cell = q.claim()
    store.save(outcome(0, status="error"))
    assert states(store)[0][1] == "running"
    q.save(outcome(0))
    assert store.find(cell.key, "data") == outcome(0)
    assert q.counts()["done"] == 1


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


def test_sweeps_are_listed_newest_first_with_their_counts(store):
    queue(store)
    store.save(outcome(1))
    queue(store, 2, name="second", digest="e")
    second, first = store.sweeps()
    assert (first.name, first.cells) == (
        "mine",
        {"queued": 2, "running": 0, "done": 1, "failed": 0},
    )
    assert (second.name, second.cells["done"], second.definition) == ("second", 1, DEFINITION)
    assert second.created.tzinfo is not None


def test_the_runs_of_a_sweep_are_chosen_by_its_name(store):
    store.save(outcome(7))
    queue(store, 2)
    store.save(outcome(1))
    assert [o.experiment.seed for o in store.outcomes(sweep="mine")] == [1]
    assert "did you mean 'mine'" in refusal(UsageError, store.cells, "mint")


def test_eight_claimants_share_sixty_cells_without_repeating_one(url):
    Store.open(url).close()
    fork = multiprocessing.get_context("fork")
    word = fork.Event()
    pipes = []
    for _ in range(8):
        said, mouth = fork.Pipe(duplex=False)
        fork.Process(target=claimant, args=(url, word, mouth), daemon=True).start()
        mouth.close()
        pipes.append(said)
    word.set()
    shares = []
    for said in pipes:
        with contextlib.suppress(EOFError):
            shares.append(said.recv())
    assert sorted(seed for share in shares for seed in share) == list(range(60))
    assert len(shares) == 8


def claimant(url, word, mouth):
    word.wait()
    with Store.open(url) as store:
        mouth.send(drain(queue(store, 60)))


def set_owner(store, name):
    with store._database.writer.begin() as connection:
        connection.execute(update(schema.cells).values(claimed_by=name))


def age(store, seconds):
    with store._database.writer.begin() as connection:
        connection.execute(
            update(schema.cells).values(heartbeat=schema.cells.c.heartbeat - seconds)
        )


def heartbeats(store, what="cells"):
    with store._database.reader.connect() as connection:
        if what == "now":
            return float(connection.scalar(select(now(connection))))
        return list(
            connection.scalars(
                select(schema.cells.c.heartbeat).where(schema.cells.c.status == "running")
            )
        )
