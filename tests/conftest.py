"""Workers of pytest-xdist share the cores: one thread each, set before torch is imported."""

import os

if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_runtest_setup(item):
    if item.get_closest_marker("gpu"):
        import pytest
        import torch

        if not torch.cuda.is_available():
            pytest.skip("no CUDA device")
