"""Lets one process at a time write a SQLite file that lies on a network file system.

SQLite's locks and its shared memory do not reach other machines: two writers of one file on NFS,
Lustre or GPFS destroy it (https://www.sqlite.org/useovernet.html). Whoever writes such a file first
makes `FILE.writer` beside it, which holds the name of the process; another is refused.
"""

import os
import re
from contextlib import suppress
from pathlib import Path
from threading import Lock

from resweep import identity
from resweep.errors import ResweepError
from resweep.printable import printable

MOUNTS = Path("/proc/self/mountinfo")
NETWORK = re.compile(
    r"nfs\d?|lustre|gpfs|beegfs(_nodev)?|cifs|smb3|smbfs|ceph|glusterfs|afs|panfs|pvfs2|orangefs|"
    r"wekafs|fuse\.(ceph(-fuse)?|glusterfs|sshfs|beegfs|lustre|mfs|rclone)"
)
ESCAPE = re.compile(r"\\([0-7]{3})")  # how the kernel writes blanks in the names of mounts


def network_type(path: Path) -> str | None:
    """Return the type of the network file system that holds `path`, such as nfs4; None elsewhere.

    It is read from the mounts of this process (proc(5), mountinfo); where there is no such table
    nothing is known, and None is returned.
    """
    try:
        lines = MOUNTS.read_text(errors="surrogateescape").splitlines()
    except OSError:
        return None
    whole, longest, found = path.resolve(), -1, ""
    for line in lines:
        before, _, after = line.partition(" - ")
        mount = Path(ESCAPE.sub(lambda escape: chr(int(escape[1], 8)), before.split()[4]))
        # Of two mounts at one place the later one is seen.
        if whole.is_relative_to(mount) and len(mount.parts) >= longest:
            longest, found = len(mount.parts), after.split()[0]
    return found if NETWORK.fullmatch(found) else None


class Sole:
    """The right to write the SQLite file at `path`, which matters on a network file system only."""

    def __init__(self, path: Path) -> None:
        self.path, self.mark = path, Path(f"{path}.writer")
        self.me = identity.me()
        self.checked = self.marked = False
        self.lock = Lock()

    def take(self) -> None:
        """Take the right unless it is held; it is taken over from a process that has ended.

        Raises ResweepError, with what to do, where another process has it that lives, or that runs
        on another machine, where it cannot be seen.
        """
        with self.lock:
            if self.checked:
                return
            kind = network_type(self.path)
            while kind is not None and not self._made():
                owner = self._owner()
                if owner == self.me:  # another connection of this process has it
                    break
                if owner is not None and not (identity.gone(owner) and self._removed(owner)):
                    raise ResweepError(self._refusal(kind, owner))
            self.checked = True

    def give_back(self) -> None:
        """Give the right back if it was taken here."""
        with self.lock:
            if self.marked and self._owner() == self.me:
                self.mark.unlink(missing_ok=True)
            self.checked = self.marked = False

    def _made(self) -> bool:
        """Make the mark; whether this process made it, or cannot make files there at all."""
        try:
            number = os.open(self.mark, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        except FileExistsError:
            return False
        except OSError:  # read-only or full: SQLite says so better
            return True
        with os.fdopen(number, "w") as file:
            file.write(self.me)
        self.marked = True
        return True

    def _owner(self) -> str | None:
        try:
            return self.mark.read_text()
        except OSError:
            return None

    def _removed(self, owner: str) -> bool:
        """Take away the mark of a process that has ended; whether it was still the one there."""
        taken = Path(f"{self.mark}.{os.getpid()}")
        with suppress(OSError):
            os.rename(self.mark, taken)
            same = taken.read_text() == owner
            if not same:  # another took it over in this moment
                os.link(taken, self.mark)
            taken.unlink()
            return same
        return True

    def _refusal(self, kind: str, owner: str) -> str:
        mark = printable(str(self.mark))
        return (
            f"store {printable(str(self.path))} lies on a network file system ({kind}), where "
            f"SQLite bears one writer, and {printable(owner) or 'another process'} writes it: use "
            "--store postgresql://user@host/database for several, or remove "
            f"{mark} if that process has ended"
        )
