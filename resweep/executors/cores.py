"""How many cores this process may use, by its affinity, its control group and OMP_NUM_THREADS."""

import math
import os
from pathlib import Path, PurePosixPath

from resweep.errors import UsageError
from resweep.numerals import counted

A_CORE = 16  # threads or workers that may share a core
MEMBERSHIP = Path("/proc/self/cgroup")
CONTROL_GROUPS = Path("/sys/fs/cgroup")


def cores() -> int:
    """How many cores this process may keep busy, at least 1.

    They are those of its affinity (taskset, Slurm), but no more whole ones than the quota of its
    control group allows (docker --cpus, Kubernetes).
    """
    if hasattr(os, "sched_getaffinity"):
        count = len(os.sched_getaffinity(0))
    else:
        count = os.cpu_count() or 1
    return max(1, math.floor(min(count, quota())))


def check(name: str, count: int) -> None:
    """Raise UsageError for more threads or workers than this machine can carry.

    `name` is the flag that asks for `count` of them. A few times the cores only slow a run down;
    thousands need more memory than there is, and the system kills the program.
    """
    most = A_CORE * cores()
    if count > most:
        raise UsageError(
            f"--{name} {count} is more than {A_CORE} a core ({counted(cores(), 'core')} here): "
            f"say --{name} {cores()}, at most {most}"
        )


def threads_asked_for() -> int | None:
    """The number in OMP_NUM_THREADS, of a list the first; None where it is not set."""
    first = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    if first.isascii() and first.isdecimal() and int(first) > 0:
        return int(first)
    return None


def quota() -> float:
    """How many CPUs' time the control group of this process may use; infinite without a limit.

    Every group above it limits it too. See cpu.max in the kernel's "Control Group v2", and
    cpu.cfs_quota_us for version 1.
    """
    limits = [math.inf]
    try:
        lines = MEMBERSHIP.read_text().splitlines()
    except OSError:
        return math.inf
    for line in lines:
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if not controllers:
            limits += [_second(folder) for folder in _groups(CONTROL_GROUPS, path)]
        elif "cpu" in controllers.split(","):
            for mount in (CONTROL_GROUPS / controllers, CONTROL_GROUPS / "cpu"):
                limits += [_first(folder) for folder in _groups(mount, path)]
    return min(limits)


def _groups(mount: Path, path: str) -> list[Path]:
    """The folders of a control group and of all groups above it."""
    inside = PurePosixPath(path.lstrip("/"))
    return [mount / group for group in (inside, *inside.parents)]


def _second(folder: Path) -> float:
    """The limit in a folder of version 2: `cpu.max` holds the quota and the period in µs."""
    return _ratio(_words(folder / "cpu.max"))


def _first(folder: Path) -> float:
    """The limit in a folder of version 1; a quota of -1 is none."""
    return _ratio(_words(folder / "cpu.cfs_quota_us") + _words(folder / "cpu.cfs_period_us"))


def _ratio(words: list[str]) -> float:
    try:
        quota, period = (int(word) for word in words)
    except ValueError:  # "max", or no such file
        return math.inf
    return quota / period if quota > 0 and period > 0 else math.inf


def _words(file: Path) -> list[str]:
    try:
        return file.read_text().split()
    except OSError:
        return []
