"""A pool of memory for the tensors that a training step makes and frees, in pages of 2 MiB.

The output of a block takes some megabytes. glibc returns blocks of that size to the system when
they are freed and asks for them again, and the system first fills every page of 4 KiB with zeros,
which took longer than the arithmetic of a step. Memory that the process keeps costs nothing to
reuse, and in large pages the processor finds addresses without walking its page tables.
"""

import ctypes
import mmap
import os
import threading
import weakref
from bisect import bisect_left, insort_left
from contextlib import suppress
from math import prod

import torch
from torch import Tensor

# Parameters of mallopt, from malloc.h, and their values; 32 MiB is the most that glibc allows.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_NEVER, _LARGEST = -1, 1 << 25

# Environment variables by which a user sets the same parameters.
_SETTINGS = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES")

LARGE_PAGE = 1 << 21

# By default Python maps memory that forked children share, which gets no large pages. Windows has
# neither flag.
_PRIVATE: dict[str, int] = {}
if hasattr(mmap, "MAP_PRIVATE"):
    _PRIVATE["flags"] = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS


class Pool:
    """Blocks of memory for tensors, each reused once the tensor that held it is gone.

    A new block is mapped only if no free block is large enough, and as many bytes of free blocks
    are returned to the system first. The process therefore holds at most what was alive at one
    time, plus what smaller tensors leave unused in larger blocks.
    """

    def __init__(self) -> None:
        self.held = 0  # bytes, in use or free
        self._lock = threading.Lock()
        # Sorted by size; among equal ones the latest is first, since it may still be in the cache.
        self._free: list[mmap.mmap] = []
        # Returned since the last request. A finalizer may run anywhere, so it only appends.
        self._returned: list[mmap.mmap] = []

    def empty(self, nbytes: int) -> Tensor:
        """An uninitialized uint8 tensor of `nbytes` > 0."""
        with self._lock:
            block = self._take(-(-nbytes // LARGE_PAGE) * LARGE_PAGE + LARGE_PAGE)
        start = -ctypes.addressof(ctypes.c_char.from_buffer(block)) % LARGE_PAGE
        view = (ctypes.c_char * nbytes).from_buffer(block, start)
        weakref.finalize(view, self._returned.append, block).atexit = False
        return torch.frombuffer(view, dtype=torch.uint8)

    def _take(self, size: int) -> mmap.mmap:
        while self._returned:
            insort_left(self._free, self._returned.pop(), key=len)
        fitting = bisect_left(self._free, size, key=len)
        if fitting < len(self._free):
            return self._free.pop(fitting)
        released = 0
        while self._free and released < size - LARGE_PAGE:
            released += len(self._free.pop()) - LARGE_PAGE
        block = mmap.mmap(-1, size, **_PRIVATE)
        self.held += size - LARGE_PAGE - released
        if hasattr(mmap, "MADV_HUGEPAGE"):
            with suppress(OSError):  # the system's kernel was built without large pages
                block.madvise(mmap.MADV_HUGEPAGE)
        return block


_pool = Pool()


def empty(shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    """An uninitialized dense tensor. From 1 MiB on, its memory comes from the pool."""
    nbytes = prod(shape) * dtype.itemsize
    if nbytes < LARGE_PAGE // 2:
        return torch.empty(shape, dtype=dtype)
    return _pool.empty(nbytes).view(dtype).view(shape)


def empty_images(shape: tuple[int, int, int, int]) -> Tensor:
    """Uninitialized float32 images of `shape` (N, C, H, W), in channels_last memory."""
    n, c, h, w = shape
    return empty((n, h, w, c), torch.float32).permute(0, 3, 1, 2)


def keep_freed_memory() -> bool:
    """Ask glibc to keep freed memory in the process; return whether it does.

    It is not asked where the environment already sets the parameters, and cannot be where the C
    library is another one.
    """
    if any(name in os.environ for name in _SETTINGS):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(mallopt(_TRIM_THRESHOLD, _NEVER) and mallopt(_MMAP_THRESHOLD, _LARGEST))
