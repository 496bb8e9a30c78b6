"""Worker processes: they stay, they die one at a time, and they end with their driver."""

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from resweep.errors import ResweepError
from resweep.executors import WorkerDied
from resweep.executors.processes import Processes
from resweep.executors.worker_process import Worker
from tests.executors import tasks

ROOT = Path(__file__).parents[2]


@pytest.fixture
def executor():
    with Processes(2, tasks.prepare) as opened:
        yield opened


def test_workers_are_as_many_as_asked_and_answer_many_tasks(executor):
    futures = [executor.submit(tasks.sleep, 0.1) for _ in range(8)]
    pids = [future.result() for future in futures]
    assert len(set(pids)) == 2
    assert os.getpid() not in pids


def test_each_worker_is_prepared_with_its_number(executor):
    both = [executor.submit(tasks.sleep, 0.3), executor.submit(tasks.slot)]
    both[0].result()
    later = [executor.submit(tasks.slot) for _ in range(2)]
    seen = {future.result() for future in (both[1], *later)}
    assert seen <= {0, 1}


@pytest.mark.parametrize(
    ("task", "words", "how"),
    [
        (tasks.die, (signal.SIGKILL,), "SIGKILL"),
        (tasks.die, (signal.SIGSEGV,), "SIGSEGV"),
        (tasks.leave, (), "code 7"),
    ],
)
def test_a_death_is_the_end_of_one_task_and_the_next_finds_a_new_worker(executor, task, words, how):
    steady = executor.submit(tasks.sleep, 0.5)
    with pytest.raises(WorkerDied, match=how):
        executor.submit(task, *words).result()
    assert steady.result() > 0
    assert [executor.submit(tasks.add, i, i).result() for i in range(4)] == [0, 2, 4, 6]


def test_a_worker_killed_while_idle_costs_no_task(executor):
    os.kill(executor.submit(tasks.pid).result(), signal.SIGKILL)
    time.sleep(0.2)
    assert executor.submit(tasks.add, 1, 2).result() == 3


def test_workers_leave_the_drivers_signals_alone(executor):
    assert executor.submit(tasks.stubborn).result()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_also_those_that_come_while_they_start(executor, number):
    answer = executor.submit(tasks.add, 1, 2)
    while not answer.done():
        for worker in list(executor.busy.values()):
            os.kill(worker.process.pid, number)
        time.sleep(0.002)
    assert answer.result() == 3


def test_a_task_that_cannot_be_sent_is_refused_at_the_call(executor):
    with pytest.raises((pickle.PicklingError, AttributeError)):
        executor.submit(lambda on_progress: 0)
    assert executor.submit(tasks.add, 1, 2).result() == 3


def test_leaving_by_an_exception_ends_busy_workers_at_once():
    began = time.monotonic()
    with contextlib.suppress(KeyboardInterrupt), Processes(1) as executor:
        worker = executor.submit(tasks.pid).result()
        future = executor.submit(tasks.sleep, 600)
        while not future.running():
            time.sleep(0.01)
        raise KeyboardInterrupt
    assert isinstance(future.exception(timeout=60), WorkerDied)
    assert not alive(worker)
    assert time.monotonic() - began < 60
    with pytest.raises(RuntimeError, match="shut down"):
        executor.submit(tasks.pid)


DRIVER = """
from resweep.executors.processes import Processes
from tests.executors import tasks
executor = Processes(2)
first = executor.submit(tasks.pid).result()
print(first, flush=True)
executor.submit(tasks.sleep, 600).result()
"""


def test_workers_end_with_a_driver_that_is_killed(tmp_path):
    driver = subprocess.Popen(
        [sys.executable, "-c", DRIVER], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    worker = int(driver.stdout.readline())
    assert alive(worker)
    driver.kill()
    driver.wait()
    deadline = time.monotonic() + 30
    while alive(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(worker)


def alive(pid):
    """Whether the process runs; one that is dead and not yet waited for does not."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (64, int(sys.argv[2])))
from resweep.errors import ResweepError
from resweep.executors.processes import Processes
from tests.executors import tasks
if __name__ == "__main__":
    try:
        with Processes(int(sys.argv[1])) as executor:
            futures = [executor.submit(tasks.sleep, 0.5) for _ in range(int(sys.argv[1]))]
            print(len({future.result() for future in futures}))
    except ResweepError as error:
        print(error)
"""


def under_a_limit(tmp_path, workers, hard):
    (tmp_path / "limited.py").write_text(LIMITED)
    words = [sys.executable, str(tmp_path / "limited.py"), str(workers), str(hard)]
    variables = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(words, env=variables, capture_output=True, text=True, timeout=300)
    assert done.stderr == ""
    return done.stdout.strip()


def test_too_many_workers_for_the_limit_of_open_files_are_refused(tmp_path):
    line = under_a_limit(tmp_path, 40, 64)
    assert line == (
        "40 workers need 160 open files, but the limit is 64: "
        "raise it (ulimit -n 160), or use --workers 8"
    )


@pytest.mark.parametrize(("workers", "hard"), [(8, 64), (12, 4096)])
def test_as_many_as_are_allowed_do_start(workers, hard, tmp_path):
    """Eight at once are what the refusal advises; for more, the soft limit is raised."""
    assert under_a_limit(tmp_path, workers, hard) == str(workers)


def test_a_worker_that_cannot_be_started_is_one_line_and_the_next_is_tried(executor, monkeypatch):
    def start(slot, prepare):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    with monkeypatch.context() as patch:
        patch.setattr(Worker, "start", start)
        for _ in range(4):
            future = executor.submit(tasks.add, 1, 1)
            with pytest.raises(ResweepError, match=r"cannot be started \(Resource temporarily una"):
                future.result(timeout=60)
    assert executor.submit(tasks.add, 1, 1).result(timeout=60) == 2


HELPED = """
import os, signal, time
from multiprocessing import resource_tracker
from resweep.executors.processes import Processes
from tests.executors import tasks
if __name__ == "__main__":
    signal.signal(signal.SIGHUP, lambda number, frame: None)
    with Processes(1) as executor:
        executor.submit(tasks.pid).result()
        os.killpg(0, signal.SIGHUP)
        time.sleep(0.3)
        print(executor.submit(tasks.add, 1, 1).result())
        print(resource_tracker._resource_tracker._check_alive())
"""


def test_a_hangup_of_the_whole_group_leaves_workers_and_their_helper_alone(tmp_path):
    (tmp_path / "helped.py").write_text(HELPED)
    variables = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(tmp_path / "helped.py")],
        env=variables,
        capture_output=True,
        text=True,
        timeout=300,
        start_new_session=True,
    )
    assert (done.stdout, done.stderr) == ("2\nTrue\n", "")
