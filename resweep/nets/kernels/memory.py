"""Keeps the memory of freed tensors in the process, where the next step finds it again.

A block's output is some megabytes. glibc hands blocks of that size back to the system when they are freed and asks for
them anew, and the system fills every page with zeros first: a tenth of a training step or more once the arithmetic
is fast.
"""

import ctypes
import os

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # names of the settings, from malloc.h
_NEVER, _LARGEST = -1, 1 << 25  # 32 MiB is the most that glibc allows

_SETTINGS = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES")


def keep_freed_memory() -> bool:
    """Asks glibc to keep what is freed; False where it is not glibc, or where the environment already settles it."""
    if any(name in os.environ for name in _SETTINGS):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(mallopt(_TRIM_THRESHOLD, _NEVER) and mallopt(_MMAP_THRESHOLD, _LARGEST))
