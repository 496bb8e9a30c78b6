"""What tests of several rooms need; workers of pytest-xdist share the cores."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.ray_cluster import ray_cluster  # noqa: F401  a fixture, here so that there is one
from tests.slurm_cluster import slurm, slurm_cluster  # noqa: F401  fixtures, for the same reason

if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # set before torch is imported


def pytest_collection_modifyitems(items):
    """One process of pytest-xdist runs all tests that want a cluster: to start one is slow."""
    for item in items:
        if item.get_closest_marker("cluster"):
            item.add_marker(pytest.mark.xdist_group("cluster"))


def pytest_runtest_setup(item):
    if item.get_closest_marker("gpu"):
        import torch

        if not torch.cuda.is_available():
            pytest.skip("no CUDA device")


@pytest.fixture
def disk():
    """A disk of 1 MB, mounted for the test."""
    folder = Path(tempfile.mkdtemp(prefix="resweep-disk-"))
    words = ["mount", "-t", "tmpfs", "-o", "size=1m", "resweep", str(folder)]
    try:
        subprocess.run(words, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        folder.rmdir()
        pytest.skip(f"a small disk cannot be mounted here: {error}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
    folder.rmdir()
