"""What a worker sets up in its process."""

import os
import subprocess
import sys

import pytest
import torch

from resweep.data import find
from resweep.experiment import Experiment
from resweep.lab import worker
from resweep.lab.worker import Measure

CODE = """
import gc
import os
from resweep.data import find
from resweep.executors import cores
from resweep.lab import worker
cores.quota = lambda: {quota}
cores.os.sched_getaffinity = lambda pid: set(range(64))
import torch
measure = worker.Measure(find("synthetic", None, print), threads={threads})
worker.laboratory(measure)
print("frozen" if gc.get_freeze_count() > 10_000 else "walked again and again")
print(torch.get_num_threads())
"""


@pytest.mark.parametrize(
    ("threads", "quota", "asked", "expected"),
    [
        (None, 1.0, None, "1"),
        (None, 1.0, "2", "2"),
        (2, 1.0, None, "2"),
    ],
)
def test_threads_are_what_was_divided_else_what_the_quota_allows(threads, quota, asked, expected):
    variables = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    if asked:
        variables["OMP_NUM_THREADS"] = asked
    words = [sys.executable, "-c", CODE.format(threads=threads, quota=quota)]
    done = subprocess.run(words, env=variables, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-2:] == ["frozen", expected]


def small(**fields):
    base = {"blocks": 2, "channels": 4, "kernel": 3, "batch_size": 16}
    return Experiment(**base | fields).resolve("synthetic", 2048)


@pytest.fixture
def taken(monkeypatch):
    """The number of threads that an experiment takes of at most 8."""
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(worker, "threads_at_most", lambda measure: 8)
    before = torch.get_num_threads()

    def take(experiment, **how):
        worker.take_threads(Measure(find("synthetic", None, print), threads=8, **how), experiment)
        return torch.get_num_threads()

    yield take
    torch.set_num_threads(before)


def test_threads_follow_the_work_at_hand(taken):
    """One for each 2^17 values of a state: 16 x 4 x 32 x 32 is half of that."""
    assert taken(small()) == 1
    assert taken(small(batch_size=128)) == 4
    assert taken(small(channels=16, batch_size=128)) == 8
    assert taken(small(epochs=0, batch_size=128)) == 2


def test_threads_that_were_asked_for_are_taken(taken, monkeypatch):
    assert taken(small(), exactly=True) == 8
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    assert taken(small()) == 8
