"""The commands of docs/cluster.md for one machine and for Slurm: they are run, on a real Slurm."""

import pytest

from tests.docs.test_cluster_ray import run, script
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
