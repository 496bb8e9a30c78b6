"""A folder through which a driver and workers on other machines exchange tasks and answers.

It lies on a file system that all of them share, and needs no database and no lock: every step is
one rename, and of several workers that rename one file only one succeeds.

    todo/POOL/ORDER.NAME    tasks that wait for a worker of that pool, in their order
    taken/WORKER/NAME       tasks that a worker runs
    done/NAME               answers that wait for a driver
    heard/NAME              what a running task has reported so far
    stop/NAME               the driver wants no more of this task: STOP, or DROP if nobody waits
    closed/POOL             no more tasks will come, idle workers may leave

NAME says what is measured, so that whoever asks for the same again finds its task or its answer.
Tasks and answers are pickled: the folder admits nobody but its owner.
"""

import os
import pickle
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from resweep.errors import ResweepError
from resweep.files import reason, write

FIRST = 0  # the order of a task that was given back
FOLDERS = ("todo", "taken", "done", "heard", "stop", "closed", "jobs", "workers", "logs")
STOP, DROP = b"stop", b"drop"


class Place(NamedTuple):
    """Where a task is: its file, and the pool in which it waits or the worker that took it."""

    path: Path
    pool: str | None = None
    worker: str | None = None


@dataclass(frozen=True)
class Spool:
    """The folder, as drivers and workers use it; `made` makes what is missing of it."""

    folder: Path

    def made(self, pool: str) -> "Spool":
        """Make the folder, for the eyes of its owner alone; ResweepError where that fails."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for name in (*FOLDERS, f"todo/{pool}"):
                (self.folder / name).mkdir(exist_ok=True)
        except OSError as fault:
            raise ResweepError(
                f"the folder {self.folder} for tasks and answers cannot be made "
                f"({reason(fault)}): put the store where you may write"
            ) from fault
        return self

    def put(self, pool: str, order: int, name: str, task: bytes) -> None:
        """Let a task wait, behind those of a lower order.

        It appears whole, but is not forced to the disk, which would take ten times as long. What a
        power failure tears is recognized (see `ArrayTask.cell`) and handed over again.
        """
        folder = self.folder / "todo" / pool
        unfinished = folder / f".{name}"
        unfinished.write_bytes(task)
        os.rename(unfinished, folder / f"{order:010d}.{name}")

    def waiting(self, pool: str) -> list[str]:
        """The files of the tasks that wait in a pool, in their order."""
        return sorted(listed(self.folder / "todo" / pool))

    def claim(self, pool: str, file: str, worker: str) -> str | None:
        """Take a waiting task for a worker; its name, or None if it waits no more."""
        name = file.partition(".")[2]
        mine = self.folder / "taken" / worker / name
        try:
            os.rename(self.folder / "todo" / pool / file, mine)
        except FileNotFoundError:
            # A network file system may lose the answer to a rename that was made.
            return name if mine.exists() else None
        return name

    def task(self, worker: str, name: str) -> bytes:
        """What a worker has taken."""
        return (self.folder / "taken" / worker / name).read_bytes()

    def drop(self, worker: str, name: str) -> None:
        """Remove a task that a worker has taken and cannot read."""
        remove(self.folder / "taken" / worker / name)

    def give_back(self, pool: str, place: Path) -> None:
        """Let a task that was taken, or waits in another pool, wait first of all in `pool`.

        A task of which nobody wants to hear any more is forgotten.
        """
        if self.wish(place.name) == DROP:
            self.forget(place.name)
            place.unlink(missing_ok=True)
            return
        name = place.name.rpartition(".")[2]
        remove(self.folder / "heard" / name)
        with suppress(FileNotFoundError):
            os.rename(place, self.folder / "todo" / pool / f"{FIRST:010d}.{name}")

    def answer(self, worker: str, name: str, answer: Any) -> None:
        """Leave the answer of a taken task, whole and safe on the disk, unless it was dropped."""
        if self.wish(name) == DROP:
            self.forget(name)
        else:
            write(self.folder / "done" / name, pickle.dumps(answer))
        remove(self.folder / "taken" / worker / name)

    def answers(self) -> set[str]:
        """The names of all answers that wait.

        Setting the time of the folder makes a network file system look at it anew.
        """
        with suppress(OSError):
            os.utime(self.folder / "done")
        return listed(self.folder / "done")

    def reported(self) -> set[str]:
        """The names of all running tasks that have reported something."""
        return listed(self.folder / "heard")

    def is_answered(self, name: str) -> bool:
        """Whether the answer of that name waits."""
        return (self.folder / "done" / name).exists()

    def read(self, name: str) -> Any:
        """The answer of that name, which stays until it is forgotten; None if there is none."""
        try:
            return pickle.loads((self.folder / "done" / name).read_bytes())
        except FileNotFoundError:
            return None

    def forget(self, name: str) -> None:
        """Remove the answer, the reports and the wish of that name."""
        for where in ("heard", "stop", "done"):
            remove(self.folder / where / name)

    def wish(self, name: str) -> bytes | None:
        """What the driver has said of a task: STOP, DROP or nothing."""
        try:
            return (self.folder / "stop" / name).read_bytes()
        except FileNotFoundError:
            return None

    def say(self, name: str, word: bytes | None) -> None:
        """Say STOP or DROP of a task; None takes it back."""
        if word is None:
            remove(self.folder / "stop" / name)
        else:
            write(self.folder / "stop" / name, word)

    def close(self, pool: str, closed: bool) -> None:
        """Say that no more tasks will come to a pool, or that they will."""
        if closed:
            (self.folder / "closed" / pool).touch()
        else:
            remove(self.folder / "closed" / pool)

    def is_closed(self, pool: str) -> bool:
        """Whether no more tasks will come to a pool."""
        return (self.folder / "closed" / pool).exists()

    def places(self) -> dict[str, Place]:
        """Where each task is that waits or was taken, by its name."""
        found = {}
        for pool, path in inside(self.folder / "todo"):
            found[path.name.partition(".")[2]] = Place(path, pool=pool)
        for worker, path in inside(self.folder / "taken"):
            found[path.name] = Place(path, worker=worker)
        return found


def listed(folder: Path) -> set[str]:
    """The names of the files in a folder, without those that are being written."""
    try:
        return {name for name in os.listdir(folder) if not name.startswith(".")}
    except FileNotFoundError:
        return set()


def inside(folder: Path) -> Iterator[tuple[str, Path]]:
    """(name of a folder in `folder`, path of a file in it) of every one."""
    for name in listed(folder):
        for file in listed(folder / name):
            yield name, folder / name / file


def remove(path: Path) -> None:
    """Remove a file, if it is there."""
    path.unlink(missing_ok=True)
