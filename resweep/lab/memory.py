"""The most memory that a piece of work held at once, where the system can say so."""

from collections.abc import Callable
from pathlib import Path

import torch

PROCESS = Path("/proc/self")


def watch(device: torch.device) -> Callable[[], int | None]:
    """Begin to watch; the function returned gives the peak in bytes since then, None where nobody knows it.

    On a GPU: of the tensors that torch allocated there. On Linux: of the resident process, its peak (VmHWM) set back by
    writing 5 to clear_refs (proc(5)), so that it counts everything the process holds, torch itself included; where
    that is forbidden, and elsewhere, there is no such figure.
    """
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
        return lambda: int(torch.cuda.max_memory_allocated(device))
    try:
        (PROCESS / "clear_refs").write_text("5")
    except OSError:
        return lambda: None
    return resident_peak


def resident_peak() -> int | None:
    """VmHWM in bytes."""
    try:
        lines = (PROCESS / "status").read_text().splitlines()
    except OSError:
        return None
    found = [line.split() for line in lines if line.startswith("VmHWM:")]
    return int(found[0][1]) * 1024 if found else None
