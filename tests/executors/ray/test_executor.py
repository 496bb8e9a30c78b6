"""Tasks in the actors of a real Ray cluster: a node or a worker that dies ends one task."""

import os
import signal
import threading
from concurrent.futures import FIRST_COMPLETED, wait

import pytest

from resweep.executors import WorkerDied
from resweep.executors.ray import executor as ray_executor
from resweep.executors.ray import head
from resweep.executors.ray.executor import RayActors
from resweep.executors.ray.shares import RayShares
from resweep.executors.silence import GoneError
from tests.executors import tasks
from tests.slurm_cluster import free_ports


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
    monkeypatch.setattr(ray_executor, "ROOM_SECONDS", 0.2)
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
    monkeypatch.setattr(head, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(head, "SILENT_SECONDS", 0.5)
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
