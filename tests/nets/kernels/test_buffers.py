import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from resweep.nets.kernels import buffers

MIB = 1 << 20

FAULTS = """
import resource, torch
from resweep.nets.kernels import buffers
assert buffers.keep_freed_memory()
def step():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    tensors = [torch.ones(1 << 21) for _ in range(8)]
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
print(*(step() for _ in range(6)))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks glibc")
def test_freed_tensors_are_found_again():
    done = subprocess.run(
        [sys.executable, "-c", FAULTS], capture_output=True, text=True, check=True
    )
    first, *later = map(int, done.stdout.split())
    assert min(later) < first / 4


def test_leaves_alone_what_the_environment_settles(monkeypatch):
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "131072")
    assert not buffers.keep_freed_memory()


def test_a_block_is_handed_out_again_once_its_tensor_is_gone():
    pool = buffers.Pool()
    first, second = pool.empty(3 * MIB), pool.empty(3 * MIB)
    assert first.data_ptr() % buffers.LARGE_PAGE == second.data_ptr() % buffers.LARGE_PAGE == 0
    place = first.data_ptr()
    kept = first.view(torch.float32)[5:]  # shares the memory
    del first
    third = pool.empty(3 * MIB)
    assert third.data_ptr() != place
    del kept
    assert pool.empty(4 * MIB).data_ptr() == place


def test_smaller_blocks_go_back_before_a_larger_one_is_mapped():
    pool = buffers.Pool()
    blocks = [pool.empty(2 * MIB) for _ in range(6)]
    assert pool.held == 12 * MIB
    del blocks
    large = pool.empty(8 * MIB)
    assert pool.held == 12 * MIB
    assert large.numel() == 8 * MIB


def test_blocks_of_several_threads_do_not_overlap():
    pool = buffers.Pool()

    def fill_and_read(value):
        tensors = [pool.empty((1 + i % 3) * MIB).fill_(value) for i in range(4)]
        return all(bool((t == value).all()) for t in tensors)

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(fill_and_read, range(40)))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_forked_child_writes_to_memory_of_its_own():
    t = buffers.Pool().empty(2 * MIB).fill_(1)
    if not (child := os.fork()):
        t.numpy()[:] = 2  # numpy: torch's threads do not survive a fork
        os._exit(0)
    os.waitpid(child, 0)
    assert bool((t == 1).all())


def test_images_are_dense_in_channels_last():
    images = buffers.empty_images((16, 16, 32, 32))
    assert images.shape == (16, 16, 32, 32)
    assert images.is_contiguous(memory_format=torch.channels_last)
    assert buffers.empty_images((0, 16, 32, 32)).numel() == 0
