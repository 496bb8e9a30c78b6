"""Who works on a cell or a trial: a process, named so that others can see whether it still runs.

A name is `host/boot/namespace pid start`, for example `lab7/1f0c9a2e/4026531836 4686 28017`:

- `host` is the host name; `boot` the first eight digits of the kernel's boot id, new after each
  start of the machine; `namespace` the inode of the PID namespace, so that containers which share
  a host name are told apart;
- `pid` is the number of the process in that namespace;
- `start` is when it started, in clock ticks since boot, so that a number used a second time is
  another process.

Stores of earlier versions hold trials under the form `host:pid:start`, which knows neither boot
nor namespace.
"""

import os
import re
import socket
from contextlib import suppress
from functools import cache
from pathlib import Path

PROC = Path("/proc")
UNKNOWN, ENDED = "-", "ended"
NAME = re.compile(r"(?P<where>.+) (?P<pid>[0-9]+) (?P<start>\S+)")
OLDER = re.compile(r"(?P<where>.+):(?P<pid>[0-9]+):(?P<start>\S*)")


def me() -> str:
    """Return the name of this process."""
    return name(os.getpid())


def name(pid: int) -> str:
    """Return the name of a process of this machine and PID namespace."""
    return f"{host()} {pid} {start(pid)}"


def gone(owner: str) -> bool | None:
    """Return whether the process named `owner` has ended, or None if this machine cannot tell.

    None is the answer for a process of another host, boot or PID namespace, for one that this user
    may not look at (/proc mounted with hidepid), and for a text that is no name. A name in the
    earlier form is taken for one of this boot and namespace if the host name agrees.
    """
    form = OLDER if " " not in owner else NAME
    parts = form.fullmatch(owner)
    if parts is None or parts["where"] != (socket.gethostname() if form is OLDER else host()):
        return None
    pid = int(parts["pid"])
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:  # it exists and belongs to another user
        pass
    seen, named = start(pid), parts["start"] or UNKNOWN
    if seen == UNKNOWN != named:
        return None
    return seen != named


def same_clock(owner: str) -> bool:
    """Return whether the process named `owner` runs, or ran, under this start of this machine.

    Its clock is ours then, also in a container of its own.
    """
    theirs, ours = owner.split(" ")[0].split("/"), host().split("/")
    return len(theirs) == len(ours) == 3 and theirs[1] == ours[1]


@cache
def host() -> str:
    """Return what names call this machine since its last start, seen from this namespace."""
    parts = [socket.gethostname().replace(" ", "_")]
    with suppress(OSError):  # not Linux: the host name has to do
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
        parts += [boot[:8], str((PROC / "self/ns/pid").stat().st_ino)]
    return "/".join(parts)


def start(pid: int) -> str:
    """Return when a process started, in clock ticks since boot.

    A zombie has `ended`; `-` stands for a process that is not there or cannot be looked at, and for
    every process of a system without /proc.
    """
    try:
        stat = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return UNKNOWN
    state, *fields = stat.rpartition(")")[2].split()
    return ENDED if state in "ZX" else fields[18]
