"""Every command that runs experiments does so on a Ray cluster, with the numbers of one process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from resweep.executors import ray_cluster as clusters
from resweep.store import Store
from tests.cli.conftest import SMALL
from tests.executors import tasks

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    """As many threads as a worker has, so that sums are added up in one order."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


@pytest.fixture
def on_ray(ray_cluster):
    """The words that send a command's runs to the cluster."""
    where = ("--executor", "ray", "--address", ray_cluster.address)
    return (*where, "--device", "cpu", "--workers", "1")


COMMANDS = {
    "run": ("run", *SMALL, "--scheme", "he"),
    "compare": ("compare", "he", "lecun", *SMALL, "--seeds", "1"),
    "sweep": ("sweep", *SMALL, "--c", "0.5,1"),
    "study": ("study", *SMALL, "--c", "0.5..2:log", "--trials", "2", "--sampler", "random",
              "--name", "s"),
    "boundary": ("boundary", "he", *SMALL, "--range", "0.5..2", "--resolution", "0.5",
                 "--seeds", "1"),
}  # fmt: skip


@pytest.mark.cluster
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_runs_there(resweep, on_ray, monkeypatch, command):
    monkeypatch.setattr("resweep.cli.running.work.Measure", tasks.Unmeasured)
    done = resweep(*COMMANDS[command], *on_ray)
    assert done.code == 0, done.err
    with Store.open("resweep.db") as store:
        workers = {o.provenance["worker"] for o in store.outcomes()}
    assert len(workers) == 1
    assert os.getpid() not in workers


@pytest.mark.cluster
def test_another_torch_on_a_node_is_told_before_the_first_cell(resweep, on_ray, monkeypatch):
    monkeypatch.setattr(clusters, "_alike", set())
    monkeypatch.setattr(clusters, "versions", lambda: {"torch": "1.0"})
    done = resweep(*COMMANDS["sweep"], *on_ray)
    assert done.code == 1
    assert "of the Ray cluster has torch" in done.err
    assert "in place of 1.0" in done.err
    with Store.open("resweep.db") as store:
        assert store.sweeps()[0].cells["queued"] == 2


@pytest.mark.cluster
def test_ctrl_c_gives_the_cells_back_and_ends_the_actors(on_ray, tmp_path):
    words = ("sweep", *SMALL, "--epochs", "200", "--seed", "0..9:lin10", *on_ray)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    program = subprocess.Popen(
        [sys.executable, "-m", "resweep", *words],
        cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    path = str(tmp_path / "resweep.db")
    deadline = time.monotonic() + 120
    while not running(path) and program.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    program.send_signal(signal.SIGINT)
    heard, _ = program.communicate(timeout=60)
    assert program.returncode == 130, heard
    assert "go on with: resweep sweep" in heard
    assert "(raylet)" not in heard
    with Store.open(path) as store:
        cells = store.sweeps()[0].cells
    assert (cells["running"], cells["failed"]) == (0, 0)
    assert cells["queued"] + cells["done"] == 10


def running(path):
    """Whether a cell of the store's sweep is running."""
    if not Path(path).exists():
        return False
    with Store.open(path) as store:
        return any(sweep.cells["running"] for sweep in store.sweeps())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--address", "127.0.0.1:6379"), "--address is of --executor ray"),
        (("--gpus-per-worker", "0.5"), "--gpus-per-worker is of --executor ray"),
        (("--executor", "ray", "--address", "head"), "is not HOST:PORT"),
    ],
)
def test_flags_that_say_nothing_are_refused(resweep, words, said):
    pytest.importorskip("ray")
    done = resweep("run", *SMALL, *words)
    assert done.code == 2
    assert said in done.err


@pytest.mark.parametrize("command", COMMANDS)
def test_without_ray_every_command_names_the_extra(resweep, monkeypatch, command):
    monkeypatch.setitem(sys.modules, "ray", None)
    done = resweep(*COMMANDS[command], "--executor", "ray")
    assert done.code == 4
    assert done.err.strip() == "error: --executor ray needs Ray: pip install 'resweep[ray]'"
