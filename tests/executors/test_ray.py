"""What is Ray's own: a cluster is divided and checked, and a node that dies ends one task."""

import os
import signal
import sys
import threading
from concurrent.futures import FIRST_COMPLETED, wait

import pytest

from resweep.errors import MissingError, ResweepError, UsageError
from resweep.executors import WorkerDied, ray_actors, ray_crew, ray_head
from resweep.executors import ray_cluster as clusters
from resweep.executors.ray_actors import RayActors
from resweep.executors.ray_cluster import connect
from resweep.executors.ray_shares import Node, RayShares, divide
from resweep.executors.silence import GoneError
from resweep.executors.versions import differences, versions
from tests.executors import tasks
from tests.samples import refusal
from tests.slurm_cluster import free_ports

CPU_NODES = [Node("a", "10.0.0.1", 4, 0), Node("b", "10.0.0.2", 8, 0)]
GPU_NODES = [*CPU_NODES, Node("c", "10.0.0.3", 16, 2)]


@pytest.fixture(autouse=True)
def no_threads_asked_for(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)


@pytest.fixture
def cluster(ray_cluster):
    """The cluster, with this process connected to it."""
    connect(ray_cluster.address)
    return ray_cluster


@pytest.mark.parametrize(
    ("nodes", "asked", "shares"),
    [
        (CPU_NODES, (None, "auto", None), RayShares(12, 1)),
        (CPU_NODES, (3, "auto", None), RayShares(3, 4)),
        (CPU_NODES, (4, "cpu", None), RayShares(4, 2)),
        (CPU_NODES, (100, "cpu", None), RayShares(100, 1)),
        (GPU_NODES, (None, "auto", None), RayShares(2, 8, gpus_each=1.0)),
        (GPU_NODES, (None, "cuda", 0.5), RayShares(4, 4, gpus_each=0.5)),
        (GPU_NODES, (None, "auto", 2.0), RayShares(1, 16, gpus_each=2.0)),
        (GPU_NODES, (2, "cpu", None), RayShares(2, 8)),
        ([], (None, "auto", None), RayShares(1, 1)),
    ],
)
def test_a_cluster_is_divided(nodes, asked, shares):
    assert divide(nodes, *asked) == shares


def test_threads_asked_for_are_kept(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "4")
    assert divide(CPU_NODES, None, "cpu", None) == RayShares(3, 4)


@pytest.mark.parametrize(
    ("kind", "device", "part", "words"),
    [
        (UsageError, "cuda:1", None, "names a GPU of one machine"),
        (UsageError, "auto", 1.5, "a part of one GPU, or whole ones"),
        (UsageError, "auto", 0.0, "a part of one GPU, or whole ones"),
        (MissingError, "cuda", None, "no node of the Ray cluster has such a GPU"),
        (MissingError, "auto", 0.5, "no node of the Ray cluster has such a GPU"),
    ],
)
def test_what_no_cluster_gives_is_refused(kind, device, part, words):
    assert words in refusal(kind, divide, CPU_NODES, None, device, part)


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
    monkeypatch.setattr(ray_crew, "versions", lambda: versions() | {"numpy": "1.0"})
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


@pytest.mark.cluster
def test_what_is_shared_is_loaded_once_and_reaches_every_actor(cluster):
    loads = []

    def share():
        loads.append(1)
        return {"pixels": bytes(2_000_000)}

    with RayActors(RayShares(2, 1), tasks.take_shared, share) as executor:
        futures = [executor.submit(tasks.shared, 0.5) for _ in range(4)]
        found = {future.result() for future in futures}
    assert loads == [1]
    assert {size for size, _ in found} == {2_000_000}
    assert len({pid for _, pid in found}) == 2


@pytest.mark.cluster
def test_parts_of_a_gpu_and_none(cluster):
    seen = {}
    for part in (0.5, 0.0):
        with RayActors(RayShares(1, 1, gpus_each=part)) as executor:
            seen[part] = executor.submit(tasks.visible_gpus).result()
    assert seen == {0.5: "0", 0.0: ""}


@pytest.mark.cluster
def test_a_node_that_dies_ends_its_task_and_the_rest_goes_on(cluster, tmp_path, capsys):
    """The task on it is the worker's death; what waits runs on the nodes that are left."""
    node = cluster.join(resources={"mine": 1})
    with RayActors(RayShares(3, 1)) as executor:
        begun = [executor.submit(tasks.node_and_wait, tmp_path) for _ in range(3)]
        while len(list(tmp_path.glob("*.node"))) < 3:
            assert not any(future.done() for future in begun)
        cluster.lose(node)
        wait(begun, return_when=FIRST_COMPLETED)
        (tmp_path / "go").touch()
        fates = [future.exception() for future in begun]
        assert [type(fate) for fate in fates if fate] == [WorkerDied]
        assert "Ray worker on node" in str(next(filter(None, fates)))
        assert executor.submit(tasks.add, 1, 1).result() == 2
    assert capsys.readouterr().out == ""


@pytest.mark.cluster
def test_a_worker_that_dies_is_replaced_and_a_driver_that_leaves_ends_all(cluster):
    executor = RayActors(RayShares(1, 1))
    death = executor.submit(tasks.die, signal.SIGKILL).exception()
    assert isinstance(death, WorkerDied)
    pid = executor.submit(tasks.pid).result()
    heard = threading.Event()
    running = executor.submit(tasks.count, 10_000, None, 0.01, on_progress=lambda n: heard.set())
    waiting = executor.submit(tasks.add, 1, 1)
    heard.wait()
    executor.shutdown(wait=False)
    assert isinstance(running.exception(timeout=20), WorkerDied)
    assert waiting.cancelled()
    executor.listener.join(timeout=20)
    assert not executor.listener.is_alive()
    with pytest.raises(RuntimeError, match="shut down"):
        executor.submit(tasks.add, 1, 1)
    for _ in range(200):
        if not os.path.exists(f"/proc/{pid}"):
            break
        threading.Event().wait(0.05)
    assert not os.path.exists(f"/proc/{pid}")


@pytest.mark.cluster
def test_it_says_when_the_cluster_has_no_room(cluster, monkeypatch):
    monkeypatch.setattr(ray_actors, "ROOM_SECONDS", 0.2)
    said, remarked = [], threading.Event()

    def remark(line):
        said.append(line)
        remarked.set()

    executor = RayActors(RayShares(1, 64), remark=remark)
    waiting = executor.submit(tasks.add, 1, 1)
    assert remarked.wait(20)
    executor.shutdown(wait=False)
    assert said == [
        "the Ray cluster has no room for a worker of 64 CPUs and 0 GPUs yet: waiting, see "
        "`ray status`"
    ]
    assert waiting.cancelled()


@pytest.mark.cluster
def test_a_head_that_is_gone_is_told_and_ends_every_task(cluster, monkeypatch):
    """Its address becomes that of nobody: to kill the head would end the cluster of the tests."""
    monkeypatch.setattr(ray_head, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(ray_head, "SILENT_SECONDS", 0.5)
    said = []
    with RayActors(RayShares(1, 1), remark=said.append) as executor:
        assert executor.submit(tasks.add, 1, 1).result() == 2
        left = [actor.handle for actor in executor.crew.actors]
        executor.head.address = f"127.0.0.1:{free_ports(1)[0]}"
        both = [executor.submit(tasks.sleep, 60.0), executor.submit(tasks.add, 1, 1)]
        faults = {type(future.exception(timeout=30)) for future in both}
        assert faults == {GoneError}
        with pytest.raises(GoneError, match="the same command goes on"):
            executor.submit(tasks.add, 1, 1)
    assert len(said) == 1
    assert "does not answer ([Errno 111] Connection refused): what is finished is stored" in said[0]
    for handle in left:
        executor.crew.ray.kill(handle)
