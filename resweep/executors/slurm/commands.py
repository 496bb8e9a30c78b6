"""Slurm as the driver asks it, by squeue, scancel and scontrol, and what it asks of a worker.

squeue is asked for all jobs of the user at once, at most every few seconds: asking for each job,
or asking the accounting (sacct), floods the controller of a busy cluster.
"""

import getpass
import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from resweep.errors import MissingError

ANSWER_SECONDS = 60.0
USUAL_MAX_ARRAY_SIZE = 1001


class SlurmIsSilent(MissingError):
    """Slurm does not answer; the message says what its command says. Exit code 4."""


@dataclass(frozen=True)
class Wish:
    """What is asked of Slurm for each worker, and how many workers there shall be.

    time         the limit of a worker, as sbatch takes it; None leaves it to the partition
    partition    None is the cluster's default
    gpus         how many GPUs each has; None asks for none
    further      further options of sbatch, (name without dashes, value)
    alone_for    whose workers they are; empty lets all who ask the same of Slurm share them
    """

    workers: int = 1
    time: str | None = None
    partition: str | None = None
    gpus: int | None = None
    further: tuple[tuple[str, str], ...] = ()
    alone_for: str = ""

    @property
    def pool(self) -> str:
        """The name of the workers of which the same is asked, however many there are."""
        same: list[Any] = [self.time, self.partition, self.gpus, sorted(self.further)]
        if self.alone_for:
            same.append(self.alone_for)
        return hashlib.sha256(json.dumps(same).encode()).hexdigest()[:8]


def check() -> None:
    """Raise MissingError where submitit or the commands of Slurm are not there."""
    try:
        import submitit  # noqa: F401
    except ImportError:
        raise MissingError(
            "--executor slurm needs submitit: pip install 'resweep[slurm]'"
        ) from None
    missing = [name for name in ("sbatch", "squeue", "srun") if shutil.which(name) is None]
    if missing:
        raise MissingError(
            f"there is no {missing[0]} here: --executor slurm is for a machine from which jobs are "
            "submitted, such as a cluster's login node; here, use --executor processes"
        )


def states() -> dict[str, str]:
    """The state of each task of this user's that is queued or runs.

    A task is called `17_0`, or `17` if its job is no array; a state is PENDING, RUNNING, ...
    Raises SlurmIsSilent.
    """
    answer = asked("squeue", "-h", "-r", "-u", getpass.getuser(), "-o", "%i|%T")
    lines = [line.partition("|") for line in answer.splitlines()]
    return {task.strip(): state.strip() for task, _, state in lines if state}


def time_left(job: str) -> str | None:
    """What squeue says of the time that is left to a running job; None if it says nothing."""
    answer = ask("squeue", "-h", "-j", job, "-o", "%L")
    lines = (answer or "").split()
    return lines[0] if lines else None


def cancel(jobs: Sequence[str], *, waiting_only: bool = False) -> None:
    """Cancel jobs, or those of their tasks that have not begun; what has ended is left alone."""
    if jobs:
        ask("scancel", "--quiet", *(["--state=PENDING"] if waiting_only else []), *jobs)


def largest_array() -> int:
    """How many tasks an array may have: MaxArraySize, which caps the index."""
    found = re.search(r"MaxArraySize\s*=\s*(\d+)", ask("scontrol", "show", "config") or "")
    return max(1, int(found[1]) if found else USUAL_MAX_ARRAY_SIZE)


def ask(*words: str) -> str | None:
    """What a command of Slurm prints; None if it fails or does not answer in time."""
    try:
        return asked(*words)
    except SlurmIsSilent:
        return None


def asked(*words: str) -> str:
    """What a command of Slurm prints; SlurmIsSilent if it fails or does not answer in time."""
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, timeout=ANSWER_SECONDS, check=True
        )
    except subprocess.CalledProcessError as fault:
        said = " ".join(fault.stderr.split()) or f"exit code {fault.returncode}"
        raise SlurmIsSilent(f"{words[0]}: {said}") from fault
    except (OSError, subprocess.SubprocessError) as fault:
        raise SlurmIsSilent(f"{words[0]}: {fault}") from fault
    return done.stdout
