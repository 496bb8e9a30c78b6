"""--executor slurm where Slurm's controller is away, killed, or gone for good."""

import json
import os
import subprocess
import sys

import pytest

from resweep.executors import silence
from resweep.executors.slurm import commands, fleet
from resweep.executors.slurm.commands import SlurmIsSilent
from resweep.executors.slurm.spool import Spool
from resweep.store import Store
from tests.cli.running.test_slurm import ON_SLURM, ROOT, TINY
from tests.slurm_cluster import free_ports, wait_for

CELLS = 8


@pytest.mark.cluster
def test_a_controller_that_is_killed_and_comes_back_costs_no_cell(slurm, tmp_path):
    """Workers go on without it, and none is submitted that nobody needs."""
    cells = ["--seed", f"0..{CELLS - 1}:lin{CELLS}", "--epochs", "20", "--name", "eight"]
    driver = subprocess.Popen(
        [sys.executable, "-m", "resweep", "sweep", *TINY, *cells, *ON_SLURM, "--workers", "2"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    before = until(driver, "[1/")
    slurm.kill_controller()
    try:
        until(driver, "Slurm does not answer (squeue: ")
    finally:
        slurm.start_controller()
    said = driver.communicate(timeout=120)[1]
    assert driver.returncode == 0, said
    assert f"[{CELLS}/{CELLS}]" in said
    with Store.open(str(tmp_path / "resweep.db")) as store:
        assert store.sweeps()[0].cells == {"queued": 0, "running": 0, "done": CELLS, "failed": 0}
    wait_for(lambda: not slurm.tasks(), "the end of the workers")
    folder = tmp_path / "resweep.db.slurm"
    finished = [json.loads(p.read_text())["cells"] for p in (folder / "workers").iterdir()]
    assert sum(finished) == CELLS
    assert (before + said).count("Slurm job") == 1
    assert (Spool(folder).places(), Spool(folder).answers()) == ({}, set())


def until(driver, words):
    """What a driver says up to a line that holds the words."""
    said = ""
    while words not in said:
        line = driver.stderr.readline()
        assert line, said
        said += line
    return said


@pytest.mark.cluster
def test_a_controller_that_is_gone_is_told_and_given_up_in_the_end(
    slurm,
    resweep,
    monkeypatch,
    tmp_path,
):
    """Workers may live: what they were handed stays with them, and the same command goes on."""
    monkeypatch.setattr(fleet, "SILENT_SECONDS", 3.0)
    monkeypatch.setattr(silence, "FIRST_PAUSE", 0.2)
    words = ["sweep", *TINY, "--seed", "0..1:lin2", *ON_SLURM, "--slurm", "begin=now+1hour"]
    answering = commands.states
    answers = iter([answering] * 2)
    monkeypatch.setattr(commands, "states", lambda: next(answers, silent)())
    done = resweep(*words)
    assert (done.code, done.out) == (4, "")
    told = [line for line in done.err.splitlines() if "not answer" in line]
    assert told[0] == (
        "warning: Slurm does not answer (squeue: it is gone): workers go on with what they were "
        "given; asking again for 3 s"
    )
    assert told[1].startswith("error: Slurm has not answered for ")
    assert told[1].endswith("once it answers, the same command goes on")
    assert len(told) == 2
    with Store.open("resweep.db") as store:
        assert store.sweeps()[0].cells["queued"] == 2
    spool = Spool(tmp_path / "resweep.db.slurm")
    assert len(spool.places()) == 2
    monkeypatch.setattr(commands, "states", answering)
    done = resweep(*words, "--detach")
    assert "2 of 2 runs are with Slurm's workers" in done.err
    assert len(spool.places()) == 2


def silent():
    raise SlurmIsSilent("squeue: it is gone")


@pytest.mark.cluster
def test_without_a_controller_a_command_ends_at_once(slurm, resweep, monkeypatch, tmp_path):
    conf = tmp_path / "slurm.conf"
    port = free_ports(1)[0]
    lines = slurm.conf.read_text().splitlines()
    lines = [f"SlurmctldPort={port}" if "SlurmctldPort=" in line else line for line in lines]
    conf.write_text("\n".join(lines))
    monkeypatch.setenv("SLURM_CONF", str(conf))
    done = resweep("run", *TINY, *ON_SLURM)
    assert (done.code, done.out, done.err.count("\n")) == (4, "", 1)
    assert "Slurm does not answer (squeue: slurm_load_jobs error: Unable to contact" in done.err
