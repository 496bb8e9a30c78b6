"""When a task of Slurm ends, by its time and by its signals."""

import math
import os
import signal
import time
from concurrent.futures import Future

import pytest

from resweep.executors.slurm import ending
from resweep.executors.slurm.ending import TIME_WAS_UP, Ending
from tests.executors.slurm.test_array_task import as_task


@pytest.mark.parametrize(
    ("left", "seconds"),
    [("1:00:00", 3585.0), ("1:00", 55.0), ("UNLIMITED", math.inf), ("INVALID", math.inf)],
)
def test_the_margin_is_small_where_the_time_is_short(monkeypatch, left, seconds):
    with as_task(monkeypatch, left):
        told = Ending.of_this_task()
    assert told.deadline - told.began == pytest.approx(seconds)


def test_a_cell_is_not_begun_that_would_not_end_in_time():
    now = time.monotonic()
    worker = Ending(now, deadline=now + 5)
    assert not worker.leaves_no_cell()
    worker.longest = 60.0
    assert not worker.has_come()
    assert worker.leaves_no_cell()
    assert worker.why == TIME_WAS_UP


def test_the_signal_before_a_known_time_limit_is_passed_over():
    now = time.monotonic()
    worker = Ending(now, deadline=now + 100)
    worker.told(signal.SIGUSR2, None)
    assert not worker.why
    worker.told(signal.SIGTERM, None)
    assert "SIGTERM" in worker.why


def test_only_a_cell_that_had_most_of_the_time_is_hopeless():
    now = time.monotonic()
    worker = Ending(now - 60, deadline=now - 1)
    assert worker.has_come()
    assert worker.is_hopeless(now - 50)
    assert not worker.is_hopeless(now - 5)
    worker.why = "was told to end (SIGTERM)"
    assert not worker.is_hopeless(now - 50)


def test_a_task_of_an_array_and_one_begun_again_have_names(monkeypatch):
    monkeypatch.setenv("SLURM_JOB_ID", "18")
    monkeypatch.setenv("SLURM_RESTART_COUNT", "2")
    monkeypatch.delenv("SLURM_ARRAY_JOB_ID", raising=False)
    assert ending.whoami() == ("18", 2)
    monkeypatch.setenv("SLURM_ARRAY_JOB_ID", "17")
    monkeypatch.setenv("SLURM_ARRAY_TASK_ID", "1")
    assert ending.whoami() == ("17_1", 2)


def test_the_word_on_the_end_may_come_before_the_time_limit_is_known(monkeypatch):
    """Of a limit of a minute Slurm sends it at once; nobody else may handle it, nor end for it."""

    def left(job):
        os.kill(os.getpid(), signal.SIGUSR2)
        return "1:00"

    with as_task(monkeypatch):
        monkeypatch.setattr(ending, "time_left", left)
        told = Ending.of_this_task()
    assert not told.has_come()
    assert told.deadline - told.began == pytest.approx(55.0)


def test_what_loads_is_waited_for_until_the_task_has_to_end():
    loading = Future()
    worker = Ending(time.monotonic())
    worker.told(signal.SIGTERM, None)
    assert not worker.comes_after(loading)
    loading.set_result(None)
    assert worker.comes_after(loading)
