"""The peak memory of a piece of work, or of a whole process.

This module imports no torch: the peak of a process without torch is known too.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

PROCESS = Path("/proc/self")


def watch(device: "torch.device") -> Callable[[], int | None]:
    """Start watching; the function returned gives the peak memory in bytes since this call.

    On a GPU that is the memory of all tensors that torch allocated there. On Linux it is the
    resident memory of the whole process, torch included: writing 5 to /proc/self/clear_refs resets
    the peak (VmHWM, see proc(5)). Where that is forbidden, and on other systems, the peak since a
    given moment is unknown and the function returns None.
    """
    if device.type == "cuda":
        import torch

        torch.cuda.reset_peak_memory_stats(device)
        return lambda: int(torch.cuda.max_memory_allocated(device))
    try:
        (PROCESS / "clear_refs").write_text("5")
    except OSError:
        return lambda: None
    return resident_peak


def resident_peak() -> int | None:
    """VmHWM, the peak resident memory in bytes since it was last reset; None where unknown."""
    try:
        lines = (PROCESS / "status").read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return None


def peak_of_process() -> int:
    """The peak memory of this process in bytes, since it started.

    On a machine where torch has used a GPU: of the tensors there. Otherwise the largest resident
    memory that getrusage(2) reports.
    """
    import resource

    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        allocated = int(torch.cuda.max_memory_allocated())
        if allocated:
            return allocated
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
