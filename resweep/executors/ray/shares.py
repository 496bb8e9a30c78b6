"""How the nodes of a Ray cluster are divided among workers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from resweep.errors import MissingError, UsageError
from resweep.executors.cores import threads_asked_for
from resweep.executors.shares import Shares


@dataclass(frozen=True)
class Node:
    """A node that is up: its Ray id, its address, and what Ray may use of it."""

    id: str
    address: str
    cpus: float
    gpus: float


@dataclass(frozen=True)
class RayShares(Shares):
    """Shares of a cluster: `gpus_each` is how many GPUs, or what part of one, a worker has."""

    gpus_each: float = 0.0


def divide(
    nodes: Sequence[Node], workers: int | None, device: str, gpus_each: float | None
) -> RayShares:
    """Divide the nodes among workers that compute on `device`, each with so many GPUs.

    Where the cluster has GPUs and the device is not cpu, a worker has one, or the part of one that
    is asked for; None is as many workers as there are such parts. Else None is one worker for each
    CPU. Each worker has the threads of OMP_NUM_THREADS, without it as many as let all of them find
    room, at least 1.

    Raises UsageError for a part of a GPU that Ray cannot give and for a GPU by its number, and
    MissingError where GPUs are asked for and no node has any.
    """
    if device.startswith("cuda:"):
        raise UsageError(f"--device {device} names a GPU of one machine: Ray gives each worker its "
                         "own, say --device cuda")  # fmt: skip
    part = 1.0 if gpus_each is None else gpus_each
    if not math.isfinite(part) or part <= 0 or (part > 1 and part != int(part)):
        raise UsageError(f"--gpus-per-worker {part:g}: Ray gives a part of one GPU, or whole ones")
    parts = 0 if device == "cpu" else sum(_fit(node.gpus, part) for node in nodes)
    if not parts and (device == "cuda" or gpus_each is not None):
        raise MissingError("no node of the Ray cluster has such a GPU: say --device cpu")
    asked = threads_asked_for()
    each = part if parts else 0.0
    count = workers or parts or sum(_room(node, asked or 1, each) for node in nodes) or 1
    return RayShares(count, asked or _threads(nodes, count, each), gpus_each=each)


def _fit(whole: float, part: float) -> int:
    return int(whole / part + 1e-9)


def _threads(nodes: Sequence[Node], workers: int, gpus_each: float) -> int:
    """The most threads with which so many workers find room on the nodes together, at least 1."""
    most = int(max((node.cpus for node in nodes), default=1))
    for threads in range(most, 1, -1):
        if sum(_room(node, threads, gpus_each) for node in nodes) >= workers:
            return threads
    return 1


def _room(node: Node, threads: int, gpus_each: float) -> int:
    """How many workers of so many threads and GPUs find room on a node."""
    room = _fit(node.cpus, threads)
    return min(room, _fit(node.gpus, gpus_each)) if gpus_each else room
