"""A real Ray cluster of two nodes on this machine's loopback address, for the tests that want it.

Every node has one CPU; the second one has a GPU that is none, which Ray gives out as a number.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STORE = 80 * 2**20  # bytes of each node's object store; Ray takes no less
SETTINGS = {
    # Without it Ray takes the machine's own address in place of 127.0.0.1, and may wait for ever.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    # A node that is gone is noticed in seconds and not in half a minute.
    "RAY_health_check_initial_delay_ms": "500",
    "RAY_health_check_period_ms": "500",
    "RAY_health_check_failure_threshold": "3",
}
# Ray reads them when it is imported, by whichever test comes first.
os.environ.update(SETTINGS)


class RayCluster:
    """Nodes of one cluster that come and go; `address` is that of its head, HOST:PORT."""

    def __init__(self):
        from ray.cluster_utils import Cluster

        size = {"num_cpus": 1, "object_store_memory": STORE, "include_dashboard": False}
        self.cluster = Cluster()
        patiently(lambda: self.cluster.add_node(**size))
        self.address = self.cluster.address

    def join(self, **resources):
        """A further node, with what `resources` say beside one CPU."""
        size = {"num_cpus": 1, "object_store_memory": STORE} | resources
        return patiently(lambda: self.cluster.add_node(**size))

    def lose(self, node):
        """Kill everything of a node."""
        self.cluster.remove_node(node, allow_graceful=False)

    def end(self):
        import ray

        ray.shutdown()
        self.cluster.shutdown()


def patiently(start):
    """Start a node; Ray itself gives up after 30 s, which a busy machine may take."""
    for _ in range(3):
        try:
            return start()
        except Exception as fault:
            if "timed out during startup" not in str(fault):
                raise
    return start()


@pytest.fixture(scope="session")
def ray_cluster():
    """The cluster, which runs for the session; a test that takes a node away brought it."""
    pytest.importorskip("ray", reason="Ray is not installed")
    home = Path(tempfile.mkdtemp(prefix="resweep-ray-"))
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        patch.setenv("RAY_AUTH_TOKEN_PATH", str(home / "token"))
        patch.setenv("PYTHONPATH", path)
        cluster = RayCluster()
        try:
            cluster.join(num_gpus=1)
            yield cluster
        finally:
            cluster.end()
            shutil.rmtree(home)
