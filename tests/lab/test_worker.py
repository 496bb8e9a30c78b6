"""What a worker sets up in its process."""

import os
import subprocess
import sys

import pytest

CODE = """
import os
from resweep.data import find
from resweep.executors import cores
from resweep.lab import worker
cores.quota = lambda: {quota}
cores.os.sched_getaffinity = lambda pid: set(range(64))
import torch
measure = worker.Measure(find("synthetic", None, print), threads={threads})
worker.laboratory(measure)
print(torch.get_num_threads())
"""


@pytest.mark.parametrize(
    ("threads", "quota", "asked", "expected"),
    [
        (None, 1.0, None, "1"),
        (None, 1.0, "2", "2"),
        (2, 1.0, None, "2"),
    ],
)
def test_threads_are_what_was_divided_else_what_the_quota_allows(threads, quota, asked, expected):
    variables = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    if asked:
        variables["OMP_NUM_THREADS"] = asked
    words = [sys.executable, "-c", CODE.format(threads=threads, quota=quota)]
    done = subprocess.run(words, env=variables, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == expected
