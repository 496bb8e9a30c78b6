"""The commands of docs/cluster.md for Ray and PostgreSQL: they are run, on real servers.

`ray start` itself is held against Ray's own parser; the cluster that it would make is the tests'.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from resweep.store import Store
from tests.samples import outcome
from tests.store.conftest import server  # noqa: F401  a fixture

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "cluster.md").read_text()
TINY = """
[fixed]
dataset = "synthetic"
blocks = 1
channels = 4
kernel = 3
epochs = 0
scheme = "he"
[[grid]]
seed = [0, 1]
"""


def script(section):
    """The commands of a section of the page."""
    return re.search(rf"^## {section}\n.*?```sh\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE)[1]


def run(commands, folder, **variables):
    """Run commands of the page where a small sweep stands in place of theirs."""
    (folder / "sweeps").mkdir()
    (folder / "sweeps" / "smoke.toml").write_text(TINY)
    here = f'resweep() {{ {shlex.quote(sys.executable)} -m resweep "$@"; }}\n'
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"} | variables
    done = subprocess.run(
        ["bash", "-e", "-c", here + commands],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.postgres
def test_the_commands_for_postgresql(server, tmp_path):  # noqa: F811
    for name, seed in (("resweep.db", 11), ("laptop.db", 12)):
        with Store.open(str(tmp_path / name)) as store:
            store.save(outcome(seed))
    commands = script("PostgreSQL")
    assert commands.count("\n") == 7
    done = run(commands, tmp_path, PGHOST=str(server.home), PGUSER="resweep")
    assert "2/2" in done.stderr
    with Store.open(str(tmp_path / "home.db")) as home:
        assert sorted(o.experiment.seed for o in home.outcomes()) == [0, 1, 11, 12]
        assert [sweep.cells["done"] for sweep in home.sweeps()] == [2]


@pytest.mark.cluster
def test_the_commands_for_ray(ray_cluster, tmp_path):
    starts, sweep = [], ""
    for line in script("Ray").splitlines():
        if line.startswith("ray "):
            starts.append(line)
        else:
            sweep += line.replace("HEAD:6379", ray_cluster.address) + "\n"
    assert [parsed(line)["head"] for line in starts] == [True, False]
    done = run(sweep, tmp_path)
    assert "[2/2]" in done.stderr


def test_the_script_for_ray_inside_slurm_is_one_that_bash_and_ray_understand():
    text = script("Ray inside Slurm")
    subprocess.run(["bash", "-n"], input=text, text=True, check=True)
    starts = re.findall(r"ray start [^&]*", text)
    assert [parsed(line)["block"] for line in starts] == [True, True]
    assert "resweep sweep sweeps/smoke.toml --executor ray --address" in text


def parsed(line):
    """What `ray start` understands of a line."""
    scripts = pytest.importorskip("ray.scripts.scripts")
    return scripts.start.make_context("start", shlex.split(line)[2:]).params
