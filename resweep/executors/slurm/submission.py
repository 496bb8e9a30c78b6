"""How workers are submitted to Slurm: as job arrays, by submitit, in the environment of no job."""

import contextlib
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from resweep.errors import ResweepError
from resweep.executors.slurm import walltime
from resweep.executors.slurm.commands import SlurmIsSilent, Wish, largest_array

KEPT = ("SLURM_CONF", "SLURM_JWT")  # where the cluster is and who asks; all else is of another job
WARNING_SECONDS = 60  # before the end of its time a task is told of it
WARNING_SHARE = 6  # of a short time it is the so many-th part
SECRET = re.compile(r"RESWEEP_STORE|PG\w*PASS(?!FILE)\w*|DATABASE_URL")


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
        signal_delay_s=warning_seconds(wish.time),
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


def warning_seconds(limit: str | None) -> int:
    """How many seconds before the end of its time Slurm tells a task of it.

    Slurm may do so half a minute earlier. A signal within the first seconds, which Python needs to
    start and to load what it is to run, would kill the task.
    """
    if limit is None:
        return WARNING_SECONDS
    return int(max(1, min(WARNING_SECONDS, walltime.seconds(limit) / WARNING_SHARE)))


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
