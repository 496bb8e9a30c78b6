"""Every command that runs experiments does so on a Ray cluster, with the numbers of one process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from resweep.executors.ray import cluster as clusters
from resweep.store import Store
from tests.cli.conftest import SMALL
from tests.executors import tasks
from tests.ray_cluster import RayCluster

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


@pytest.mark.cluster
def test_a_head_that_is_killed_ends_the_command_and_the_same_one_goes_on(on_ray, tmp_path):
    """Its node is killed with it, as where a machine is lost."""
    words = ["sweep", *SMALL, "--seed", "0..7:lin8"]
    cluster = RayCluster()
    try:
        driver = started(tmp_path, *words, *on_ray, "--address", cluster.address)
        said = until(driver, "[1/8]")
        for kind in ("gcs_server", "raylet"):
            for process in cluster.cluster.head_node.all_processes[kind]:
                process.process.send_signal(signal.SIGKILL)
        said += driver.communicate(timeout=50)[0]
    finally:
        cluster.end()
    assert driver.returncode == 4, said
    told = [line for line in said.splitlines() if "not answer" in line]
    assert [line.partition(" the head")[0] for line in told][1:] == ["error:"]
    assert "not answered for" in told[1]
    assert told[1].endswith("what is finished is stored; once it answers, the same command goes on")
    assert len(said[said.index(told[1]) :].splitlines()) == 1
    path = str(tmp_path / "resweep.db")
    with Store.open(path) as store:
        before = {o.experiment.seed: o.provenance for o in store.outcomes()}
        cells = store.sweeps()[0].cells
    assert 1 <= len(before) < 8
    assert (cells["running"], cells["failed"]) == (0, 0)
    driver = started(tmp_path, *words, *on_ray)
    assert driver.communicate(timeout=120)[0].count("] depth-scaled") == 8 - len(before)
    assert driver.returncode == 0
    with Store.open(path) as store:
        assert store.sweeps()[0].cells["done"] == 8
        after = {o.experiment.seed: o.provenance for o in store.outcomes()}
    assert {seed: after[seed] for seed in before} == before


PROGRAM = """
from resweep.cli import app
from resweep.cli.running import work
from resweep.executors.ray import head
from tests.executors import tasks

work.Measure, head.LOOK_SECONDS, head.SILENT_SECONDS = tasks.Slow, 0.5, 3.0
app.main()
"""


def started(folder, *words):
    """The program as a process, which measures nothing and has little patience with a head."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def until(driver, words):
    """What a program prints up to a line that holds the words."""
    said = ""
    while words not in said:
        line = driver.stdout.readline()
        assert line, said
        said += line
    return said


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
