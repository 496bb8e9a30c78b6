import subprocess
import sys

import pytest

from resweep.nets.kernels import memory

FAULTS = """
import resource, torch
from resweep.nets.kernels import memory
assert memory.keep_freed_memory()
def step():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    tensors = [torch.ones(1 << 21) for _ in range(8)]
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
print(*(step() for _ in range(6)))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks glibc")
def test_freed_tensors_are_found_again():
    done = subprocess.run([sys.executable, "-c", FAULTS], capture_output=True, text=True, check=True)
    first, *later = map(int, done.stdout.split())
    assert min(later) < first / 4


def test_leaves_alone_what_the_environment_settles(monkeypatch):
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "131072")
    assert not memory.keep_freed_memory()
