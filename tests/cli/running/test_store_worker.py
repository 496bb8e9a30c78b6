"""What keeps the cells of a Slurm task safe that claims and saves by itself: planted ends."""

import signal
import time
from concurrent.futures import Future
from types import SimpleNamespace

import pytest

from resweep.cli.running import store_worker
from resweep.cli.running.store_worker import TimedCells, Watch
from resweep.executors.slurm.array_task import IDLE_SECONDS
from resweep.executors.slurm.ending import TIME_WAS_UP, TOO_LONG, Ending
from resweep.executors.slurm.records import Worker, workers
from resweep.executors.slurm.spool import Spool
from resweep.outcome import Outcome
from resweep.plans import WAIT
from resweep.plans.loop import Loop
from resweep.store import Store
from tests.executors.tasks import DATA
from tests.samples import experiment

CELLS = [experiment(seed=seed) for seed in range(3)]


@pytest.fixture
def queue(tmp_path):
    """The queue of a sweep of three cells, each of which is tried twice."""
    with Store.open(str(tmp_path / "resweep.db")) as store:
        yield store.queue("three", {}, "d", CELLS, DATA, max_tries=2)


@pytest.fixture
def watch(tmp_path):
    """The watch of a task that has run for a minute and has as much left."""
    spool = Spool(tmp_path / "spool").made("pool")
    now = time.monotonic()
    return Watch(Ending(now - 60, now + 60), Worker("7_0.0", "pool", "here", 1, 0.0), spool)


def measured(cell, on_progress=None):
    return Outcome(cell, "ok", {}, provenance={"dataset_fingerprint": DATA})


def loop(queue, watch, perform):
    """The loop of a task; `perform` takes the place of the child that measures."""
    executor = SimpleNamespace(submit=perform, kept=lambda future: None)
    return Loop(TimedCells(queue, DATA, watch), executor, queue, measured, DATA, listener=watch)


def finished(function, cell, on_progress):
    """A future of what the function returns."""
    future = Future()
    future.set_result(function(cell))
    return future


def test_a_task_stores_its_cells_and_tells_how_many(queue, watch):
    for _ in loop(queue, watch, finished).run():
        watch.done()
    assert queue.counts() == {"queued": 0, "running": 0, "done": 3, "failed": 0}
    assert watch.record.cells == 3
    assert [worker.name for worker in workers(watch.spool)] == ["7_0.0"]


def test_no_cell_is_claimed_that_would_not_end_in_time(queue, watch):
    watch.ending.longest = 90.0
    assert watch.patience() == 0.0
    assert list(loop(queue, watch, finished).run()) == []
    assert queue.counts()["queued"] == 3
    assert watch.ending.why == TIME_WAS_UP


def test_a_running_cell_is_given_back_when_slurm_wants_an_end(queue, watch):
    """It costs no try, and what is stored of other cells stays."""

    def told(function, cell, on_progress):
        if cell.seed == 1:
            watch.ending.told(signal.SIGTERM, None)
            return Future()
        return finished(function, cell, on_progress)

    assert len(list(loop(queue, watch, told).run())) == 1
    assert queue.counts() == {"queued": 2, "running": 0, "done": 1, "failed": 0}


def test_a_cell_that_takes_longer_than_a_task_is_given_up_after_its_tries(queue, watch):
    plan = TimedCells(queue, DATA, watch)
    watch.ending.deadline = time.monotonic() - 1
    assert watch.ending.has_come()
    cell = plan.ask()
    watch.cell_began = watch.ending.began + 1
    plan.withdraw(cell)
    assert queue.counts()["queued"] == 3
    for other in CELLS[1:]:  # what was tried comes last
        assert plan.ask() == other
    assert plan.ask() == cell
    plan.withdraw(cell)
    assert queue.counts()["failed"] == 1
    assert [failed.detail for failed in queue.failures()] == [TOO_LONG]


def test_a_cell_that_had_little_of_the_time_has_had_no_try(queue, watch):
    plan = TimedCells(queue, DATA, watch)
    watch.ending.deadline = time.monotonic() - 1
    assert watch.ending.has_come()
    for _ in range(4):
        cell = plan.ask()
        watch.cell_began = time.monotonic()
        plan.withdraw(cell)
    assert queue.counts() == {"queued": 3, "running": 0, "done": 0, "failed": 0}


def test_a_task_without_a_cell_waits_a_minute_and_leaves(queue, watch, monkeypatch):
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(store_worker, "time", SimpleNamespace(monotonic=lambda: clock.now))
    plan = TimedCells(queue, DATA, watch)
    assert [plan.ask() for _ in CELLS] == CELLS  # all are running now, as if with others
    assert plan.ask() is WAIT
    clock.now += IDLE_SECONDS - 1
    assert plan.ask() is WAIT
    queue.release(CELLS[0].key)
    assert plan.ask() == CELLS[0]  # and the minute begins anew
    clock.now += 2
    assert plan.ask() is WAIT
    clock.now += IDLE_SECONDS + 1
    assert plan.ask() is None
