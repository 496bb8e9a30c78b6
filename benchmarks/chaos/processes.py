"""Processes of a storm: how they are marked, found and signalled."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]


def environment(folder: Path) -> dict[str, str]:
    """The variables of a driver; CHAOS marks it and all of its descendants."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RESWEEP_")}
    own = {
        "CHAOS": str(folder),
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(folder.parent / "tmp"),
        "OMP_NUM_THREADS": "1",
    }
    return kept | own


def sessions() -> Iterator[tuple[int, int]]:
    """(process, session) of every process that can be read."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                # The command's name, in parentheses, may hold spaces.
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                yield int(entry.name), int(fields[3])


def marked(folder: Path) -> list[int]:
    """All living processes that descend from a driver in `folder`."""
    mark = f"CHAOS={folder}\0".encode()
    pids = []
    for pid, _ in sessions():
        with contextlib.suppress(OSError):
            if mark in Path(f"/proc/{pid}/environ").read_bytes():
                pids.append(pid)
    return pids


def send(pids: Sequence[int], number: int) -> None:
    """Send a signal to processes that may have ended."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
