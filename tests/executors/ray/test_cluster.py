"""What a driver sees to before it uses a Ray cluster: address, versions, signals."""

import os
import signal
import sys

import pytest

from resweep.errors import MissingError, ResweepError, UsageError
from resweep.executors.ray import cluster as clusters
from resweep.executors.ray import crew
from resweep.executors.ray.cluster import connect
from resweep.executors.ray.executor import RayActors
from resweep.executors.ray.shares import RayShares
from resweep.executors.versions import differences, versions
from tests.executors import tasks
from tests.samples import refusal


def test_without_ray_one_line_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    message = refusal(MissingError, connect, "127.0.0.1:6379")
    assert message == "--executor ray needs Ray: pip install 'resweep[ray]'"


@pytest.mark.parametrize(
    ("kind", "address", "words"),
    [
        (UsageError, "ray://head:10001", "is Ray Client's"),
        (UsageError, "head", "is not HOST:PORT"),
        (MissingError, "127.0.0.1:1", "no Ray cluster answers at 127.0.0.1:1"),
        (MissingError, "127.0.0.1:99999", "no Ray cluster answers"),
    ],
)
def test_an_address_without_a_cluster(kind, address, words):
    pytest.importorskip("ray")
    assert words in refusal(kind, connect, address)


def test_what_differs_between_environments_is_named():
    here = versions()
    assert differences(here, here) == ""
    there = here | {"torch": "1.0"}
    del there["code"]
    said = differences(there, here)
    assert said == f"torch 1.0 in place of {here['torch']}, code missing in place of {here['code']}"


@pytest.mark.cluster
def test_other_versions_are_told_before_anything_runs(cluster, monkeypatch):
    import ray

    ray.shutdown()
    monkeypatch.setattr(ray, "__version__", "2.0.0")
    assert "ersion mismatch" in refusal(ResweepError, connect, cluster.address)
    monkeypatch.undo()
    monkeypatch.setattr(clusters, "_alike", set())
    monkeypatch.setattr(clusters, "versions", lambda: versions() | {"torch": "1.0"})
    message = refusal(ResweepError, connect, cluster.address)
    torch = versions()["torch"]
    assert message.startswith(f"node 127.0.0.1 of the Ray cluster has torch {torch} in place of 1")
    monkeypatch.setattr(crew, "versions", lambda: versions() | {"numpy": "1.0"})
    with RayActors(RayShares(1, 1)) as executor, pytest.raises(ResweepError, match="has numpy"):
        executor.submit(tasks.add, 1, 1).result()


@pytest.mark.cluster
def test_connecting_leaves_signals_alone_and_tells_ray_no_command_line(cluster, monkeypatch):
    """The call may hold the password of a store."""
    import ray

    ray.shutdown()
    monkeypatch.setattr(sys, "argv", ["resweep", "sweep", "--store", "postgresql://me:secret@h/db"])
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    assert len(connect(cluster.address)) == 2
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before
    jobs = ray._private.state.jobs()
    assert {job["Entrypoint"] for job in jobs if job["DriverPid"] == os.getpid()} == {"resweep"}
