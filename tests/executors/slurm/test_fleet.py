"""How many workers a driver submits to Slurm: no more than have something to do."""

import time

import pytest

from resweep.executors.slurm import records
from resweep.executors.slurm.commands import Wish
from resweep.executors.slurm.fleet import Fleet
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


def begin(fleet, living):
    """Let so many workers of the fleet's live, which an earlier driver has submitted."""
    if living:
        job = records.Submission("7", living, "few", fleet.wish.pool, time.time())
        records.enter(fleet.spool, job)
        fleet.living = dict.fromkeys(job.names(), "RUNNING")
