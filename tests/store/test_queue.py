"""The queue of a sweep's cells, on every database: each goes to one driver, and none is lost."""

import contextlib
import multiprocessing
from dataclasses import replace

from resweep.experiment import Experiment
from resweep.store import Store
from tests.samples import experiment, outcome
from tests.store.queues import drain, queue, someone, states


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
