"""Slurm as the driver speaks to it: sbatch through submitit, and squeue, scancel and scontrol.

squeue is asked for all jobs of the user at once, at most every few seconds: asking for each job,
or asking the accounting (sacct), floods the controller of a busy cluster.
"""

import contextlib
import getpass
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resweep.errors import MissingError, ResweepError

ANSWER_SECONDS = 60.0
USUAL_MAX_ARRAY_SIZE = 1001
KEPT = ("SLURM_CONF", "SLURM_JWT")  # where the cluster is and who asks; all else is of another job
SECRET = re.compile(r"RESWEEP_STORE|PG\w*PASS(?!FILE)\w*|DATABASE_URL")


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


def submit(
    logs: Path, name: str, wish: Wish, count: int, work: Callable[..., None], *words: object
) -> list[tuple[str, int]]:
    """Submit `count` tasks that call `work(*words)`; (job, how many tasks) for each array.

    An array has no more tasks than the cluster allows. Raises ResweepError with Slurm's own words
    where it refuses, and SlurmIsSilent where nothing answers.
    """
    import submitit
    from submitit.core.utils import FailedJobError, FailedSubmissionError

    jobs = []
    most = largest_array()
    executor = submitit.SlurmExecutor(folder=logs)
    executor.update_parameters(
        job_name=name,
        time=wish.time,
        partition=wish.partition,
        gpus_per_node=wish.gpus,
        wckey=None,
        signal_delay_s=60,
        array_parallelism=count,
        stderr_to_stdout=True,
        additional_parameters=dict(wish.further),
    )
    try:
        with outside_of_jobs(), contextlib.redirect_stderr(SilentHere(sys.stderr)):
            while count > 0:
                part = min(count, most)
                made = executor.map_array(work, *([word] * part for word in words))
                jobs.append((made[0].job_id.partition("_")[0], part))
                count -= part
    except (FailedJobError, FailedSubmissionError, OSError) as fault:
        lines = [line for line in str(fault).splitlines() if "error" in line] or [str(fault)]
        said = " ".join(lines[-1].split())
        if "contact slurm controller" in said:
            raise SlurmIsSilent(said) from fault
        raise ResweepError(f"Slurm does not take the job: {said}") from fault
    return jobs


@contextlib.contextmanager
def outside_of_jobs() -> Iterator[None]:
    """Inside the block the environment is that of no job, and holds no password of a database.

    A job inherits the environment it was submitted from. What an enclosing job has set would bind
    the new one to its cores, and Slurm keeps a copy of everything. Workers that write a database
    find its password in a file (~/.pgpass, $PGPASSFILE).
    """
    before = dict(os.environ)
    for name in before:
        of_a_job = name.startswith(("SLURM_", "SBATCH_", "SRUN_")) and name not in KEPT
        if of_a_job or SECRET.fullmatch(name):
            del os.environ[name]
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class SilentHere:
    """A stream that drops what this thread writes, and passes on what others do.

    submitit prints what sbatch complains of, which is in the error too.
    """

    def __init__(self, stream: Any) -> None:
        self.stream, self.thread = stream, threading.get_ident()

    def write(self, text: str) -> int:
        """Write the text, unless this thread does."""
        if threading.get_ident() != self.thread:
            self.stream.write(text)
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


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
