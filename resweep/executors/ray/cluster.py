"""A Ray cluster as one driver sees it: reached, and its nodes checked."""

import os
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from resweep.errors import MissingError, ResweepError, UsageError
from resweep.executors.ray.shares import Node
from resweep.executors.ray.worker import unlike
from resweep.executors.versions import differences, versions

_alike: set[str] = set()  # ids of the nodes whose versions were found to be ours
REACH_SECONDS = 10.0
PROBE_SECONDS = 120.0
START = "start one with `ray start --head`, or name one with --address HOST:PORT"


def connect(address: str | None) -> list[Node]:
    """Connect this process to the cluster at HOST:PORT, or to that of this machine; its nodes.

    Raises MissingError without Ray and where no cluster answers, UsageError for an address of Ray
    Client, and ResweepError where the cluster, or a node of it, has other versions than this
    process.
    """
    ray = library()
    _check_address(address)
    if not ray.is_initialized():
        with _signals_kept():
            _init(ray, address)
    nodes = [
        Node(
            node["NodeID"],
            node["NodeManagerAddress"],
            node["Resources"].get("CPU", 0.0),
            node["Resources"].get("GPU", 0.0),
        )
        for node in ray.nodes()
        if node["Alive"]
    ]
    _check_versions(ray, nodes)
    return nodes


def library() -> Any:
    """The module ray, set up before it is imported; MissingError where it is not installed."""
    # Since Ray 2.47 a driver under `uv run` would let every worker make its environment anew.
    os.environ.setdefault("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
    # It would warn at each start that a worker without GPUs sees all; `RayWorker` hides them.
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
    except ImportError:
        raise MissingError("--executor ray needs Ray: pip install 'resweep[ray]'") from None
    # What Ray has to say of nodes it would print on stdout, among the results.
    ray._private.worker._worker_logs_enabled = False
    # It would write the whole call, with the password of a store, into the records of the cluster.
    ray._private.utils.get_entrypoint_name = lambda: "resweep"
    return ray


def _check_address(address: str | None) -> None:
    """Raise MissingError where nothing listens: Ray itself would try for a minute."""
    if address is None or address == "auto":
        return
    if address.startswith("ray://"):
        raise UsageError(
            f"--address {address} is Ray Client's: run resweep on a node of the cluster and give "
            "the address of its head, HOST:6379"
        )
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise UsageError(f"--address {address!r} is not HOST:PORT, as in 10.0.0.1:6379")
    try:
        reach(address)
    except (OSError, OverflowError) as fault:
        raise MissingError(f"no Ray cluster answers at {address} ({fault}): {START}") from None


def reach(address: str) -> None:
    """Raise OSError where nothing listens at HOST:PORT."""
    host, _, port = address.rpartition(":")
    socket.create_connection((host, int(port)), REACH_SECONDS).close()


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Keep the handlers of signals, some of which Ray replaces by its own."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _init(ray: Any, address: str | None) -> None:
    try:
        ray.init(
            address=address or "auto",
            configure_logging=False,
            log_to_driver=False,  # what workers print would mix with the results on stdout
        )
    except ConnectionError as fault:
        raise MissingError(f"no Ray cluster answers ({_line(fault)}): {START}") from fault
    except RuntimeError as fault:
        if "ersion mismatch" in str(fault):
            raise ResweepError(f"{_line(fault)}: use one version of both everywhere") from fault
        raise


def _check_versions(ray: Any, nodes: Sequence[Node]) -> None:
    """Raise ResweepError for the first node whose environment is not like this one."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    probe = ray.remote(num_cpus=0, max_retries=0)(_probe())
    for node in nodes:
        if node.id in _alike:
            continue
        there = NodeAffinitySchedulingStrategy(node.id, soft=False)
        answer = probe.options(scheduling_strategy=there).remote()
        try:
            found = ray.get(answer, timeout=PROBE_SECONDS)
        except ray.exceptions.GetTimeoutError:
            raise ResweepError(
                f"node {node.address} of the Ray cluster does not answer: see `ray status`"
            ) from None
        except (ray.exceptions.TaskUnschedulableError, ray.exceptions.WorkerCrashedError):
            continue  # it has gone in this moment
        if found is None:
            raise ResweepError(unlike(node.address, "no resweep"))
        if differs := differences(found, versions()):
            raise ResweepError(unlike(node.address, differs))
        _alike.add(node.id)


def _probe() -> Callable[[], dict[str, str] | None]:
    """The probe of a node, a function of a function: so Ray sends its code, not its name."""

    def probe() -> dict[str, str] | None:
        try:
            from resweep.executors import versions as there
        except ImportError:
            return None
        return there.versions()

    return probe


def _line(fault: Exception) -> str:
    return " ".join(str(fault).split())
