"""Networks of users on clusters: workers find the file and the module that the driver found."""

import os
from pathlib import Path

import pytest

from resweep.store import Store
from tests.cli.commands.test_network import SMALL, SOURCE
from tests.cli.running.test_cluster_store import on_ray, on_slurm  # noqa: F401  fixtures

ROOT = Path(__file__).parents[3]


@pytest.mark.cluster
@pytest.mark.parametrize("where", ["on_slurm", "on_ray"])
def test_a_file_and_a_module_are_found_by_workers(request, resweep, monkeypatch, tmp_path, where):
    words = request.getfixturevalue(where)
    (tmp_path / "net.py").write_text(SOURCE)
    library = tmp_path / "library"
    library.mkdir()
    (library / "users_net.py").write_text(SOURCE)
    # Ray's workers were started elsewhere, before this was in their environment.
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{library}")
    monkeypatch.syspath_prepend(library)
    for network in ("net.py:net", "users_net:net"):
        flags = ("--arg", "depth=3", "--blocks-at", "1,2", "--epochs", "0")
        small = [*SMALL[:2], "--network", network, *flags]
        done = resweep("run", *small, *words)
        assert done.code == 0, done.err
    with Store.open("resweep.db") as store:
        outcomes = list(store.outcomes())
    assert [o.experiment.blocks for o in outcomes] == [2, 2]
    assert {o.status for o in outcomes} == {"ok"}
    first, second = (o.metrics["initial_loss"] for o in outcomes)
    assert first == second
