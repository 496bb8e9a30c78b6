"""The commands of docs/cluster.md for Ray and PostgreSQL: they are run, on real servers."""

import contextlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from resweep.store import Store
from tests.samples import outcome
from tests.slurm_cluster import free_ports
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
    (folder / "sweeps").mkdir(parents=True)
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


@pytest.fixture
def ray_home(monkeypatch):
    """The folder of a Ray that a test starts by commands; whatever belongs to it is ended."""
    pytest.importorskip("ray")
    home = tempfile.mkdtemp(prefix="ray-")  # short, as the paths of sockets must be
    for name in filter(lambda name: name.startswith("RAY_"), list(os.environ)):
        monkeypatch.delenv(name)  # those of the tests' cluster, which is on 127.0.0.1 alone
    monkeypatch.setenv("RAY_TMPDIR", home)
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    yield home
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if home.encode() in (process / "cmdline").read_bytes():
                os.kill(int(process.name), signal.SIGKILL)
    shutil.rmtree(home, ignore_errors=True)


@pytest.mark.cluster
def test_the_commands_for_ray(ray_home, tmp_path):
    """On a free port, and with the address that the first one prints; both nodes are here."""
    head, node, sweep = script("Ray").splitlines()
    ray = f'ray() {{ {shlex.quote(str(Path(sys.executable).parent / "ray"))} "$@"; }}\n'
    said = run(ray + head.replace("6379", str(free_ports(1)[0])), tmp_path / "head").stdout
    address = re.search(r"ray start --address='(.*?)'", said)[1]
    run(ray + node.replace("HEAD:6379", address), tmp_path / "node")
    done = run(sweep.replace("HEAD:6379", address), tmp_path / "sweep")
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
