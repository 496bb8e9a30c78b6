"""The commands of docs/cluster.md for one machine and for Slurm: they are run, on a real Slurm."""

import contextlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.test_cluster_ray import ROOT, TINY, run, script
from tests.slurm_cluster import slurm, wait_for  # noqa: F401  a fixture


@pytest.mark.parametrize("section", ["A laptop", "One machine with 8 GPUs"])
def test_the_commands_for_one_machine(section, tmp_path):
    done = run(script(section), tmp_path)
    assert "2 runs" in done.stdout


@pytest.mark.cluster
def test_the_commands_for_slurm(slurm, tmp_path):  # noqa: F811
    """One after the other: the first leaves, and the last one finds all cells done."""
    commands = script("Slurm")
    assert commands.count("\n") == 3
    done = run(commands, tmp_path)
    assert "2 of 2 runs are with Slurm's workers" in done.stderr
    assert "resweep.db.slurm/logs" in done.stdout
    assert "[2/2]" in done.stderr
    wait_for(lambda: not slurm.tasks(), "the end of the workers")


@pytest.mark.cluster
def test_the_script_for_ray_inside_slurm(slurm, tmp_path):  # noqa: F811
    """On one node, since this Slurm has no more, and by one CPU, so that Ray starts one worker."""
    pytest.importorskip("ray")
    (tmp_path / "sweeps").mkdir()
    (tmp_path / "sweeps" / "smoke.toml").write_text(TINY)
    program = tmp_path / "bin" / "resweep"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m resweep "$@" --workers 1\n')
    program.chmod(0o755)
    (tmp_path / "job.sh").write_text(script("Ray inside Slurm"))
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    environment.pop("RAY_AUTH_TOKEN_PATH", None)
    environment["PATH"] = ":".join(
        [str(program.parent), str(Path(sys.executable).parent), environment["PATH"]]
    )
    words = ["sbatch", "--nodes=1", "--wait", "--output=out", "job.sh"]
    try:
        done = subprocess.run(words, cwd=tmp_path, env=environment, timeout=240, check=False)
        said = (tmp_path / "out").read_text()
        assert done.returncode == 0, said
        assert "[2/2]" in said
    finally:
        end_ray(tmp_path / "out")


def end_ray(out):
    """End what Ray has left: this Slurm follows parents, and the daemons of Ray have none."""
    session = re.search(r"session_[\d_-]+", out.read_text() if out.exists() else "")
    for process in Path("/proc").glob("[0-9]*") if session else ():
        with contextlib.suppress(OSError):
            if session[0] in (process / "cmdline").read_bytes().decode(errors="replace"):
                os.kill(int(process.name), signal.SIGKILL)
