"""How the nodes of a Ray cluster are divided among workers."""

import pytest

from resweep.errors import MissingError, UsageError
from resweep.executors.ray.shares import Node, RayShares, divide
from tests.samples import refusal

CPU_NODES = [Node("a", "10.0.0.1", 4, 0), Node("b", "10.0.0.2", 8, 0)]
GPU_NODES = [*CPU_NODES, Node("c", "10.0.0.3", 16, 2)]


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
