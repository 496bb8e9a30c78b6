"""The commands whose runs a cluster does and a driver stores, with PostgreSQL as the store.

A sweep on Slurm, whose workers store there themselves, has tests of its own (test_slurm_store).
"""

import os
from pathlib import Path

import pytest

from resweep.executors.slurm.fleet import Fleet
from resweep.store import Store
from tests.cli.conftest import SMALL
from tests.executors import tasks
from tests.store.conftest import new_schema, postgres, server  # noqa: F401  fixtures

COMMANDS = {  # and how many runs each adds
    "run": (("run", *SMALL, "--scheme", "he", "--seed", "7,8"), 2),
    "compare": (("compare", "he", "lecun", *SMALL, "--seeds", "1"), 2),
    "study": (("study", *SMALL, "--c", "0.5..2:log", "--trials", "3", "--sampler", "random"), 3),
    "boundary": (("boundary", "he", *SMALL, "--range", "0.5..2", "--resolution", "0.3",
                  "--seeds", "1"), 2),
}  # fmt: skip


@pytest.fixture
def on_slurm(slurm, monkeypatch):
    """The words for Slurm, whose workers stay between the commands."""
    monkeypatch.setattr(Fleet, "let_go", lambda self, also_running: None)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))  # where workers find `tests`
    return ("--executor", "slurm")


@pytest.fixture
def on_ray(ray_cluster):
    """The words for Ray."""
    address = ("--address", ray_cluster.address)
    return ("--executor", "ray", *address, "--device", "cpu", "--workers", "1")


@pytest.mark.cluster
@pytest.mark.postgres
@pytest.mark.parametrize("where", ["on_slurm", "on_ray"])
def test_every_command_stores_there_and_is_answered_from_there(
    request,
    new_schema,  # noqa: F811
    resweep,
    monkeypatch,
    tmp_path,
    where,
):
    words = request.getfixturevalue(where)
    monkeypatch.setattr("resweep.cli.running.work.Measure", tasks.Unmeasured)
    monkeypatch.setenv("RESWEEP_STORE", new_schema())
    expected = 0
    for command, (asked, runs) in COMMANDS.items():
        named = (*asked, "--name", f"{command} {where}") if command == "study" else asked
        expected += runs
        for _ in range(2):
            done = resweep(*named, *words)
            assert done.code == 0, done.err
            assert len(places()) == expected
        assert "Slurm job" not in done.err
    assert os.getpid() not in places()
    assert not list(tmp_path.glob("*.db*"))


def places():
    """The process of each stored run in which it was measured."""
    with Store.open(os.environ["RESWEEP_STORE"]) as store:
        return [o.provenance["worker"] for o in store.outcomes()]
