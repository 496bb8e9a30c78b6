"""How many workers a driver submits to Slurm: no more than have something to do."""

import time

import pytest

from resweep.errors import ResweepError
from resweep.executors.slurm import records
from resweep.executors.slurm.commands import Wish
from resweep.executors.slurm.fleet import Fleet
from resweep.executors.slurm.records import Submission, Worker
from resweep.executors.slurm.spool import Spool

# (workers asked for, waiting tasks, running tasks, living workers) -> how many are submitted
CASES = [
    ((4, 10, 0, 0), 4),
    ((4, 2, 0, 0), 2),
    ((4, 0, 2, 2), 0),
    ((4, 2, 0, 2), 0),  # the two are queued, or load torch
    ((4, 3, 1, 2), 2),
    ((4, 1, 2, 2), 1),
    ((4, 1, 3, 0), 1),  # what runs is somebody else's
    ((2, 9, 2, 3), 0),  # an earlier command asked for more
]


@pytest.fixture
def fleet(tmp_path):
    spool = Spool(tmp_path / "spool")
    wish = Wish()
    return Fleet(spool.made(wish.pool), wish, "few")


@pytest.mark.parametrize(("case", "submitted"), CASES)
def test_a_worker_is_submitted_for_each_task_that_has_none(fleet, monkeypatch, case, submitted):
    asked, waiting, running, living = case
    monkeypatch.setattr(fleet, "wish", Wish(asked))
    enlisted = []
    monkeypatch.setattr(fleet, "enlist", enlisted.append)
    begin(fleet, living)
    fleet.reinforce(waiting, running)
    assert sum(enlisted) == submitted


def test_tasks_of_the_spool_are_counted_where_they_are(fleet, monkeypatch):
    """One waits, one runs, and one waits for workers of another kind."""
    begin(fleet, 1)
    spool, pool = fleet.spool, fleet.wish.pool
    other = Wish(time="5").pool
    spool.made(other)
    for order, (where, name) in enumerate([(pool, "runs"), (pool, "waits"), (other, "other")]):
        spool.put(where, order, name, b"")
    (spool.folder / "taken" / "7.0").mkdir()
    assert spool.claim(pool, spool.waiting(pool)[0], "7.0") == "runs"
    counted = []
    monkeypatch.setattr(fleet, "reinforce", lambda *counts: counted.append(counts))
    fleet.reinforce_for(spool.places())
    assert counted == [(1, 1)]


def stillborn(fleet, number):
    """A job of this driver that Slurm knows no more, and that has left nothing."""
    job = Submission(str(number), 1, "few", fleet.wish.pool, time.time() - 60)
    fleet.submitted.append(job)
    fleet.unproven.append(job)


def test_a_job_that_ends_before_anything_worked_ends_the_command(fleet):
    stillborn(fleet, 7)
    with pytest.raises(ResweepError, match=r"job 7 ended before .* disk that all nodes"):
        fleet.check_births()


def test_where_workers_have_worked_a_stillborn_one_is_replaced_a_few_times(fleet):
    for number in range(2):
        worked(fleet, number)
        stillborn(fleet, 10 + number)
        fleet.check_births()
        stillborn(fleet, 20 + number)
        fleet.check_births()  # two in a row
    stillborn(fleet, 30)
    with pytest.raises(ResweepError, match="job 30"):
        fleet.check_births()


def worked(fleet, number):
    """A job of this driver of which a worker has begun."""
    stillborn(fleet, number)
    records.record(fleet.spool, Worker(f"{number}.0", fleet.wish.pool, "host", 1, time.time()))


def begin(fleet, living):
    """Let so many workers of the fleet's live, which an earlier driver has submitted."""
    if living:
        job = Submission("7", living, "few", fleet.wish.pool, time.time())
        records.enter(fleet.spool, job)
        fleet.living = dict.fromkeys(job.names(), "RUNNING")
