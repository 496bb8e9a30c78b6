"""--executor slurm, from flags to results: on a real Slurm where there is one."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from resweep.executors.slurm.commands import Wish, largest_array
from resweep.executors.slurm.fleet import Fleet
from resweep.executors.slurm.spool import Spool
from resweep.store import Store
from tests.slurm_cluster import wait_for

ROOT = Path(__file__).parents[3]
SHAPE = "--blocks 1 --channels 4 --kernel 3 --train-size 128 --batch-size 16"
TINY = ["--dataset", "synthetic", *SHAPE.split()]
ON_SLURM = ["--executor", "slurm"]
SWEEP = ["sweep", *TINY, "--seed", "0..11:lin12", "--name", "twelve", *ON_SLURM, "--workers", "2"]

REFUSED = [
    (["--time", "5"], "--executor slurm"),
    (["--detach"], "--executor slurm"),
    ([*ON_SLURM, "--gpus-per-worker", "0.5"], "whole GPUs"),
    ([*ON_SLURM, "--time", "soon"], "no time limit"),
    ([*ON_SLURM, "--slurm", "mem"], "KEY=VALUE"),
    ([*ON_SLURM, "--slurm", "partition=x"], "use --partition"),
    ([*ON_SLURM, "--slurm", "output=x"], "sets it itself"),
]


@pytest.mark.parametrize(("words", "hint"), REFUSED, ids=[hint for _, hint in REFUSED])
def test_flags_that_mean_nothing_are_refused_at_once(resweep, tmp_path, words, hint):
    done = resweep("run", *TINY, *words)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert hint in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["study", "--c", "1,2"], ["boundary", "he"]], ids=lambda w: w[0])
def test_a_command_that_needs_its_driver_cannot_leave(resweep, words):
    done = resweep(*words, *ON_SLURM, "--detach")
    assert done.code == 2
    assert "follows from results" in done.err


def test_without_submitit_a_line_names_the_extra(resweep, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "submitit", None)
    done = resweep("run", *TINY, *ON_SLURM)
    assert (done.code, done.err.count("\n")) == (4, 1)
    assert "pip install 'resweep[slurm]'" in done.err
    assert list(tmp_path.iterdir()) == []


def test_where_there_is_no_slurm_a_line_says_what_to_use(resweep, monkeypatch, tmp_path):
    pytest.importorskip("submitit")
    monkeypatch.setenv("PATH", str(tmp_path))
    done = resweep("run", *TINY, *ON_SLURM)
    assert (done.code, done.err.count("\n")) == (4, 1)
    assert "--executor processes" in done.err


@pytest.mark.cluster
def test_arrays_are_no_longer_than_the_cluster_allows(slurm, tmp_path):
    assert largest_array() == 4
    spool = Spool(tmp_path / "spool")
    wish = Wish(6, "5", "gpu", 1, (("mem", "100M"), ("begin", "now+1hour")))
    fleet = Fleet(spool.made(wish.pool), wish, "many")
    fleet.begin()
    fleet.reinforce(100, 0)
    assert [job.tasks for job in fleet.submitted] == [4, 2]
    assert fleet.look()
    assert len(fleet.living) == 6
    fleet.reinforce(100, 0)
    assert len(fleet.submitted) == 2
    script = next(spool.folder.glob("logs/*_submission.sh")).read_text()
    assert "--mem=100M" in script
    assert "--gpus-per-node=1" in script
    fleet.let_go(also_running=True)
    wait_for(lambda: not slurm.tasks(), "the end of the jobs")


@pytest.mark.cluster
def test_slurms_refusal_is_one_line(slurm, resweep):
    done = resweep("run", *TINY, *ON_SLURM, "--partition", "nowhere")
    assert (done.code, done.out) == (1, "")
    assert done.err.count("\n") == 1
    assert "invalid partition" in done.err.lower()


@pytest.mark.cluster
def test_every_command_gives_the_results_of_this_process_to_the_bit(
    slurm,
    resweep,
    tmp_path,
    monkeypatch,
):
    """Workers stay between the commands, since each would load torch anew."""
    monkeypatch.setattr(Fleet, "let_go", lambda self, also_running: None)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    commands = [
        ["run", *TINY, "--seed", "7"],
        ["compare", "he", "depth-scaled", *TINY, "--seeds", "1"],
        ["sweep", *TINY, "--c", "0.5,1"],
        ["study", *TINY, "--c", "0.1..10:log", "--trials", "3", "--sampler", "random"],
        ["boundary", "he", *TINY, "--range", "0.1..10", "--seeds", "1", "--resolution", "1"],
    ]
    results = {}
    for how in (ON_SLURM, ["--executor", "inline"]):
        store = ["--store", f"sqlite:///{how[1]}.db"]
        for words in commands:
            done = resweep(*words, *how, *store, "--quiet", "--json")
            assert done.code == 0, done.err
        with Store.open(f"{how[1]}.db") as opened:
            results[how[1]] = {o.experiment.key: bits(o) for o in opened.outcomes(profiles=True)}
    assert len(results["inline"]) > 8
    assert results["slurm"] == results["inline"]


def bits(outcome):
    """Everything that was measured and is no time."""
    metrics = {n: v for n, v in outcome.metrics.items() if "second" not in n and "memory" not in n}
    curve = [(e.epoch, e.train_loss, e.test_loss, e.test_accuracy) for e in outcome.curve]
    return repr((outcome.status, metrics, outcome.profiles, curve))


@pytest.mark.cluster
def test_a_detached_sweep_goes_on_through_cancelled_tasks_and_killed_drivers(
    slurm,
    resweep,
    tmp_path,
):
    done = resweep(*SWEEP, "--detach")
    assert (done.code, done.out) == (0, "")
    assert "12 of 12 runs are with Slurm's workers" in done.err
    answers = tmp_path / "resweep.db.slurm" / "done"
    wait_for(lambda: list(answers.iterdir()), "the first answer")
    first = slurm.tasks()[0]
    slurm.call("scancel", first)
    listed = resweep("sweep", "--list", "--json").json()[0]
    assert listed["cells"]["queued"] == 12
    assert [Path(task["log"]).is_file() for task in listed["slurm"]] == [True, True]
    assert {task["state"] for task in listed["slurm"]} <= {"running", "completing", "ended"}
    driver = subprocess.Popen(
        [sys.executable, "-m", "resweep", *SWEEP],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    while "[1/12]" not in driver.stderr.readline():
        assert driver.poll() is None
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    done = resweep(*SWEEP, "--json")
    assert done.code == 0, done.err
    assert {run["status"] for run in done.json()} <= {"ok", "trapped", "undecided"}
    with Store.open("resweep.db") as store:
        assert store.sweeps()[0].cells == {"queued": 0, "running": 0, "done": 12, "failed": 0}
    wait_for(lambda: not slurm.tasks(), "the end of the workers")
    workers = list((tmp_path / "resweep.db.slurm" / "workers").iterdir())
    assert sum(json.loads(path.read_text())["cells"] for path in workers) == 12
    assert list(answers.iterdir()) == []
    table = resweep("sweep", "--list")
    assert "twelve" in table.out
    assert "ended" in table.out
    # A job of one task is no array: the task that replaces a cancelled one is called 6, not 6_0.
    logs = dict(re.findall(r"^(\d+(?:_\d+)?) .* (\S+\.out)$", table.out, re.MULTILINE))
    for worker in workers:
        log = logs[worker.name.rpartition(".json")[0].rpartition(".")[0]]
        assert (tmp_path / "resweep.db.slurm" / "logs" / log).exists()


@pytest.mark.cluster
def test_ctrl_c_takes_everything_back(slurm, tmp_path):
    words = ["run", *TINY, "--epochs", "500", *ON_SLURM]
    driver = subprocess.Popen(
        [sys.executable, "-m", "resweep", *words],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert "Slurm job" in driver.stderr.readline()
    time.sleep(1)
    for _ in range(2):
        driver.send_signal(signal.SIGINT)
        time.sleep(0.5)
    assert driver.wait(timeout=60) == 130
    wait_for(lambda: not slurm.tasks(), "the end of the job", 30)
    spool = Spool(tmp_path / "resweep.db.slurm")
    assert (spool.places(), spool.answers()) == ({}, set())
