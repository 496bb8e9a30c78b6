"""What tests of several rooms need; workers of pytest-xdist share the cores."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # set before torch is imported


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
