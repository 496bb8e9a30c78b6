"""What is written down of jobs and workers in a spool, for `resweep sweep --list`."""

import json
import re
import time
from collections.abc import Container
from dataclasses import asdict, dataclass, field
from pathlib import Path

from resweep.executors.slurm.spool import Spool, listed
from resweep.files import write_text

EVERY_SECONDS = 2.0
KEPT_SECONDS = 30 * 86_400.0  # that logs and records stay of a job that has ended
NO_CELLS = "no cells were left"  # why a worker ended whose work is done


@dataclass
class Worker:
    """A worker: where it runs, since when (seconds since 1970), how many cells, why it ended."""

    name: str
    pool: str
    host: str
    pid: int
    began: float
    cells: int = 0
    ended: str = ""
    written: float = field(default=0.0, repr=False)


@dataclass(frozen=True)
class Submission:
    """A job that was submitted: how many tasks it has, what for, in which pool, and when."""

    number: str
    tasks: int
    label: str
    pool: str
    submitted: float

    def names(self) -> list[str]:
        """What Slurm calls its tasks; a job of one task is no array."""
        if self.tasks == 1:
            return [self.number]
        return [f"{self.number}_{index}" for index in range(self.tasks)]


def task_of(worker: str) -> str:
    """What Slurm calls the task that a worker is: `17_0` for `17_0.2`."""
    return worker.rpartition(".")[0]


def log_of(spool: Spool, task: str) -> Path:
    """The file into which a task writes what it prints."""
    return spool.folder / "logs" / f"{task}_0_log.out"


def record(spool: Spool, worker: Worker, *, often: bool = True) -> None:
    """Write a worker down; with `often` False at most every two seconds."""
    now = time.monotonic()
    if often or now - worker.written > EVERY_SECONDS:
        worker.written = now
        write_text(spool.folder / "workers" / f"{worker.name}.json", json.dumps(asdict(worker)))


def enter(spool: Spool, job: Submission) -> None:
    """Write a job down."""
    write_text(spool.folder / "jobs" / f"{job.number}.json", json.dumps(asdict(job)))


def submissions(spool: Spool) -> list[Submission]:
    """Every job that was written down, the first one first."""
    folder = spool.folder / "jobs"
    found = [Submission(**json.loads((folder / name).read_text())) for name in listed(folder)]
    return sorted(found, key=lambda job: (job.submitted, job.number))


def workers(spool: Spool) -> list[Worker]:
    """Every worker that has begun, in the order of their names."""
    folder = spool.folder / "workers"
    found = [Worker(**json.loads((folder / name).read_text())) for name in listed(folder)]
    return sorted(found, key=lambda worker: [int(n) for n in re.findall(r"\d+", worker.name)])


def begun(spool: Spool) -> set[str]:
    """What Slurm calls the tasks of which a worker has begun."""
    return {task_of(name.removesuffix(".json")) for name in listed(spool.folder / "workers")}


def clear_old(spool: Spool, living: Container[str]) -> None:
    """Remove the logs and records of jobs that are old and of which no task is living."""
    for job in submissions(spool):
        if time.time() - job.submitted < KEPT_SECONDS or any(n in living for n in job.names()):
            continue
        for folder in ("logs", "workers", "jobs"):
            for mark in ("_", "."):
                for path in (spool.folder / folder).glob(f"{job.number}{mark}*"):
                    path.unlink(missing_ok=True)
