"""A Ray cluster to which the tests of this folder are connected."""

import pytest

from resweep.executors.ray.cluster import connect


@pytest.fixture(autouse=True)
def no_threads_asked_for(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)


@pytest.fixture
def cluster(ray_cluster):
    """The cluster, with this process connected to it."""
    connect(ray_cluster.address)
    return ray_cluster
