"""Memory of the tensors that a training step makes and frees: kept in the process, in pages of 2 MiB.

A block's output is some megabytes. glibc hands blocks of that size back to the system when they are freed and asks for
them anew, and the system fills every page of 4 KiB with zeros first: that took longer than the arithmetic of a step.
Kept, they cost nothing, and in large pages the processor finds their addresses without walking its page tables.
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

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # names of the settings, from malloc.h
_NEVER, _LARGEST = -1, 1 << 25  # 32 MiB is the most that glibc allows

_SETTINGS = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES")

LARGE_PAGE = 1 << 21

# Python's default is memory shared with forked children, which gets no large pages. Windows knows neither.
_PRIVATE = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_PRIVATE") else {}


class Pool:
    """Blocks of memory for tensors, each handed out again once the tensor that had it is gone.

    A new block is mapped only where no free one is large enough, and then as many bytes of free ones go back to the
    system first: what the process holds is at most what lived at once, plus what larger blocks leave unused.
    """

    def __init__(self) -> None:
        self.held = 0  # bytes, in use or free
        self._lock = threading.Lock()
        self._free: list[mmap.mmap] = []  # by size, the latest first: it is still in the cache
        self._given: list[
            mmap.mmap
        ] = []  # since the last request; a finalizer may run anywhere, so it only appends

    def empty(self, nbytes: int) -> Tensor:
        """An uninitialized uint8 tensor of `nbytes` > 0."""
        with self._lock:
            block = self._take(-(-nbytes // LARGE_PAGE) * LARGE_PAGE + LARGE_PAGE)
        start = -ctypes.addressof(ctypes.c_char.from_buffer(block)) % LARGE_PAGE
        view = (ctypes.c_char * nbytes).from_buffer(block, start)
        weakref.finalize(view, self._given.append, block).atexit = False
        return torch.frombuffer(view, dtype=torch.uint8)

    def _take(self, size: int) -> mmap.mmap:
        while self._given:
            insort_left(self._free, self._given.pop(), key=len)
        fitting = bisect_left(self._free, size, key=len)
        if fitting < len(self._free):
            return self._free.pop(fitting)
        released = 0
        while self._free and released < size - LARGE_PAGE:
            released += len(self._free.pop()) - LARGE_PAGE
        block = mmap.mmap(-1, size, **_PRIVATE)
        self.held += size - LARGE_PAGE - released
        if hasattr(mmap, "MADV_HUGEPAGE"):
            with suppress(OSError):  # a kernel built without them
                block.madvise(mmap.MADV_HUGEPAGE)
        return block


_pool = Pool()


def empty(shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    """An uninitialized dense tensor; from 1 MiB on its memory comes from the pool."""
    nbytes = prod(shape) * dtype.itemsize
    if nbytes < LARGE_PAGE // 2:
        return torch.empty(shape, dtype=dtype)
    return _pool.empty(nbytes).view(dtype).view(shape)


def empty_images(shape: tuple[int, int, int, int]) -> Tensor:
    """The same for float32 images (N, C, H, W), in channels_last memory."""
    n, c, h, w = shape
    return empty((n, h, w, c), torch.float32).permute(0, 3, 1, 2)


def keep_freed_memory() -> bool:
    """Asks glibc to keep what is freed; False where it is not glibc, or where the environment already settles it."""
    if any(name in os.environ for name in _SETTINGS):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(mallopt(_TRIM_THRESHOLD, _NEVER) and mallopt(_MMAP_THRESHOLD, _LARGEST))
