"""What one Slurm task does with its time and with Slurm's signals; no Slurm is needed for it."""

import contextlib
import os
import signal
import threading
import time

import pytest

from resweep.executors.jobs import Job
from resweep.executors.slurm import array_task, ending, records
from resweep.executors.slurm.ending import TIME_WAS_UP
from resweep.executors.slurm.spool import DROP, Spool
from tests.executors import tasks

POOL = "pool"


@pytest.fixture
def spool(tmp_path, monkeypatch):
    spool = Spool(tmp_path / "spool").made(POOL)
    spool.close(POOL, True)
    with as_task(monkeypatch):
        yield spool


@contextlib.contextmanager
def as_task(monkeypatch, left="1:00:00"):
    """This process is task 17 of Slurm, which says how much time is left."""
    monkeypatch.setattr(ending, "time_left", lambda job: left)
    monkeypatch.setenv("SLURM_JOB_ID", "17")
    monkeypatch.delenv("SLURM_ARRAY_JOB_ID", raising=False)
    heeded = (signal.SIGTERM, signal.SIGINT, *ending.USER_SIGNALS)
    before = {number: signal.getsignal(number) for number in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def put(spool, name, fn, *args, order=1):
    spool.put(POOL, order, name, Job.of(fn, args, {}).message)


def work(spool, restart="0"):
    os.environ["SLURM_RESTART_COUNT"] = restart
    try:
        array_task.work(str(spool.folder), POOL)
    finally:
        del os.environ["SLURM_RESTART_COUNT"]
    return records.workers(spool)[-1]


def test_it_works_off_what_waits_in_one_child_and_ends(spool):
    for order in range(5):
        put(spool, f"t{order}", tasks.pid, order=order)
    put(spool, "fault", tasks.divide, 1, 0, order=9)
    put(spool, "death", tasks.die, signal.SIGSEGV, order=8)
    done = work(spool)
    assert (done.cells, done.ended) == (7, "no cells were left")
    pids = {spool.read(f"t{order}")[2] for order in range(5)}
    assert len(pids) == 1
    assert os.getpid() not in pids
    assert spool.read("fault")[1] == "fault"
    assert isinstance(spool.read("fault")[2], ZeroDivisionError)
    kind, words = spool.read("death")[1:]
    assert kind == "died"
    assert "SIGSEGV" in words


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR2])
def test_told_to_end_it_gives_its_task_back_at_once(spool, number):
    put(spool, "quick", tasks.add, 1, 1)
    put(spool, "long", tasks.sleep, 600, order=2)
    teller = threading.Thread(target=lambda: tell(spool, number))
    teller.start()
    done = work(spool)
    teller.join()
    assert number.name in done.ended
    assert spool.read("quick")[1:] == ("result", 2)
    assert spool.places()["long"].pool == POOL


def tell(spool, number):
    """Send this process a signal as soon as the long task has begun."""
    while "long" not in spool.places() or spool.places()["long"].worker is None:
        time.sleep(0.01)
    time.sleep(0.3)
    os.kill(os.getpid(), number)


def test_when_time_is_up_a_later_task_is_given_back(spool, monkeypatch):
    monkeypatch.setattr(ending, "time_left", lambda job: "0:06")
    put(spool, "quick", tasks.add, 1, 1)
    put(spool, "long", tasks.sleep, 600, order=2)
    done = work(spool)
    assert (done.cells, done.ended) == (1, TIME_WAS_UP)
    assert spool.places()["long"].pool == POOL


def test_a_task_that_had_all_the_time_there_is_fails_and_says_what_to_do(spool, monkeypatch):
    monkeypatch.setattr(ending, "time_left", lambda job: "0:04")
    put(spool, "long", tasks.sleep, 600)
    work(spool)
    kind, words = spool.read("long")[1:]
    assert kind == "died"
    assert "raise --time" in words


def test_loading_is_done_once_and_before_the_first_cell(spool, tmp_path):
    for order in range(2):
        put(spool, f"t{order}", tasks.Loaded(tmp_path / "loads", 0.0), order, order=order)
    work(spool)
    assert [spool.read(f"t{order}")[1:] for order in range(2)] == [("result", 0), ("result", 1)]
    assert (tmp_path / "loads").read_text() == "load\n"


def test_a_time_that_is_up_while_loading_is_no_try_of_the_cell(spool, monkeypatch, tmp_path):
    monkeypatch.setattr(ending, "time_left", lambda job: "0:03")
    put(spool, "a", tasks.Loaded(tmp_path / "loads", 600.0), 1)
    done = work(spool)
    assert (done.cells, done.ended) == (0, TIME_WAS_UP)
    assert spool.places()["a"].pool == POOL


def test_a_torn_task_is_dropped_and_the_next_one_runs(spool):
    spool.put(POOL, 1, "torn", Job.of(tasks.add, (1, 1), {}).message[:-9])
    spool.put(POOL, 2, "empty", b"")
    put(spool, "whole", tasks.add, 1, 1, order=3)
    assert work(spool).cells == 1
    assert spool.answers() == {"whole"}
    assert spool.places() == {}


def test_begun_again_it_takes_back_what_it_had(spool):
    (spool.folder / "taken" / "17.0").mkdir()
    put(spool, "a", tasks.add, 1, 1)
    assert spool.claim(POOL, spool.waiting(POOL)[0], "17.0") == "a"
    assert work(spool, restart="1").name == "17.1"
    assert spool.read("a")[1:] == ("result", 2)


def test_what_nobody_wants_is_stopped_at_its_next_report_and_leaves_no_answer(spool, tmp_path):
    spool.put(
        POOL, 1, "a", Job.of(tasks.count, (10_000, tmp_path, 0.01), {"on_progress": print}).message
    )
    spool.say("a", DROP)
    began = time.monotonic()
    work(spool)
    assert time.monotonic() - began < 60
    assert not (tmp_path / "ended").exists()
    assert (spool.answers(), spool.places()) == (set(), {})
