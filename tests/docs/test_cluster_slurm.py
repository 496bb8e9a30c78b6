"""The commands of docs/cluster.md for one machine and for Slurm: they are run, on a real Slurm."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.test_cluster_ray import ROOT, TINY, ray_home, run, script  # noqa: F401
from tests.slurm_cluster import free_ports, wait_for


@pytest.mark.parametrize("section", ["A laptop", "One machine with 8 GPUs"])
def test_the_commands_for_one_machine(section, tmp_path):
    done = run(script(section), tmp_path)
    assert "2 runs" in done.stdout


@pytest.mark.cluster
def test_the_commands_for_slurm(slurm, tmp_path):
    """One after the other: the first leaves, and the last one finds all cells done."""
    commands = script("Slurm")
    assert commands.count("\n") == 3
    done = run(commands, tmp_path)
    assert "2 of 2 runs are with Slurm's workers" in done.stderr
    assert "resweep.db.slurm/logs" in done.stdout
    assert "[2/2]" in done.stderr
    wait_for(lambda: not slurm.tasks(), "the end of the workers")


PROGRAM = """#!{python}
import sys
import time

import ray

from resweep.cli import app

ray.init(address=sys.argv[-1], log_to_driver=False)
while sum(node["Alive"] for node in ray.nodes()) < 2:
    time.sleep(0.2)
print("two nodes have joined", flush=True)
ray.shutdown()
sys.argv += ["--workers", "1"]
app.main()
"""


@pytest.mark.cluster
def test_the_script_for_ray_inside_slurm(slurm, ray_home, tmp_path):  # noqa: F811
    """On two nodes of this machine, each with a Ray of its own, of which one worker is asked.

    This Slurm ends what descends from a job, which the daemons of Ray do not: `ray_home` ends them.
    """
    (tmp_path / "sweeps").mkdir()
    (tmp_path / "sweeps" / "smoke.toml").write_text(TINY)
    program = tmp_path / "bin" / "resweep"
    program.parent.mkdir()
    program.write_text(PROGRAM.format(python=sys.executable))
    program.chmod(0o755)
    commands = script("Ray inside Slurm").replace("6379", str(free_ports(1)[0]))
    (tmp_path / "job.sh").write_text(commands)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    environment["PATH"] = ":".join(
        [str(program.parent), str(Path(sys.executable).parent), environment["PATH"]]
    )
    words = ["sbatch", "--wait", "--output=out", "job.sh"]
    done = subprocess.run(words, cwd=tmp_path, env=environment, timeout=240, check=False)
    said = (tmp_path / "out").read_text()
    assert done.returncode == 0, said
    assert "two nodes have joined" in said
    assert "[2/2]" in said
