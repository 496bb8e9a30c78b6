"""Which process drives: a name for this one that no later process shares, and whether the one so named still lives."""

import os
import socket
from pathlib import Path


def name(pid: int | None = None) -> str:
    """`host:pid:start`; the start in clock ticks since boot, empty where the system does not say."""
    pid = os.getpid() if pid is None else pid
    return f"{socket.gethostname()}:{pid}:{_start(pid)}"


def lives(driver: str) -> bool:
    """Whether the process called `driver` runs; one on another host cannot be seen and counts as living."""
    host, pid, _ = driver.rsplit(":", 2)
    if host != socket.gethostname():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return name(int(pid)) == driver


def _start(pid: int) -> str:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]
