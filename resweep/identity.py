"""Who runs a cell: a process, named so that another on the same machine can see whether it still lives."""

import os
import socket
from contextlib import suppress
from functools import cache
from pathlib import Path

BOOT = Path("/proc/sys/kernel/random/boot_id")


def me() -> str:
    """This process: `host pid start`."""
    return f"{host()} {os.getpid()} {start(os.getpid())}"


def gone(owner: str) -> bool | None:
    """Whether the process has ended; None where that cannot be seen from this machine."""
    where, pid, began = owner.rsplit(" ", 2)
    if where != host():
        return None
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # it lives, under another user
        pass
    return start(int(pid)) != began


@cache
def host() -> str:
    """This machine since its last start; also a container of its own, which sees other processes."""
    parts = [socket.gethostname().replace(" ", "_")]
    with suppress(OSError):  # no Linux: the name must do
        parts += [BOOT.read_text().strip()[:8], str(os.stat("/proc/self/ns/pid").st_ino)]
    return "/".join(parts)


def start(pid: int) -> str:
    """When the process started, in ticks since boot, so that a number used again is another; "ended" for a zombie."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "-"  # no Linux, or no such process: the number must do
    return "ended" if state in "ZX" else fields[18]
