"""The workers that drivers have submitted to Slurm: which live, which are missing, which may go."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from resweep.errors import ResweepError
from resweep.executors import array_task, slurm_commands, workers
from resweep.executors.slurm_commands import Wish
from resweep.executors.spool import DROP, Place, Spool

MISSING_LOOKS = 2  # what was not found so often in a row is gone: disks and Slurm lag behind
STILLBORN_SECONDS = 20.0


@dataclass
class Fleet:
    """The workers of one pool, as one driver sees them; `label` says what it submits jobs for.

    `living` is the state of each task that Slurm knows, by what it calls it. Drivers that ask the
    same of Slurm, with one store, share their workers. `announce` is told of each job.
    """

    spool: Spool
    wish: Wish
    label: str
    living: dict[str, str] = field(default_factory=dict)
    submitted: list[workers.Job] = field(default_factory=list)
    missed: Counter[str] = field(default_factory=Counter)
    announce: Callable[[str], None] = field(default=lambda line: None)

    def look(self) -> bool:
        """Ask Slurm; False if it does not answer, and then nothing is known anew."""
        states = slurm_commands.states()
        if states is not None:
            self.living = states
        return states is not None

    def begin(self) -> dict[str, Place]:
        """Look for the first time; the tasks that earlier drivers left, by name.

        What workers had taken that have ended waits again. Raises ResweepError where Slurm does not
        answer.
        """
        self.spool.close(self.wish.pool, False)
        if not self.look():
            raise ResweepError("Slurm does not answer: see what squeue says")
        for place in self.spool.places().values():
            if place.worker is not None and task_of(place.worker) not in self.living:
                self.spool.give_back(self.wish.pool, place.path)
        return self.spool.places()

    def is_gone(self, name: str, place: Place | None) -> bool:
        """Whether a task is nowhere, or its worker has ended, at this look and the one before."""
        here = place is not None and (place.worker is None or task_of(place.worker) in self.living)
        self.missed[name] = 0 if here else self.missed[name] + 1
        gone = self.missed[name] >= MISSING_LOOKS
        if here or gone:
            del self.missed[name]
        return gone

    def jobs(self) -> list[workers.Job]:
        """The jobs of this pool of which a task is queued or runs."""
        ours = [job for job in workers.jobs(self.spool) if job.pool == self.wish.pool]
        return [job for job in ours if self.living.keys() & set(job.names())]

    def reinforce(self, waiting: int) -> None:
        """Submit the workers that are missing for so many tasks that wait.

        Raises ResweepError where a job ended before any of its tasks began to work.
        """
        for job in self.submitted:
            self.check(job)
        there = sum(task in self.living for job in self.jobs() for task in job.names())
        missing = min(self.wish.workers - there, waiting)
        if missing > 0:
            self.enlist(missing)

    def enlist(self, count: int) -> None:
        """Submit so many workers."""
        logs = self.spool.folder / "logs"
        arrays = slurm_commands.submit(
            logs,
            f"resweep-{self.label}",
            self.wish,
            count,
            array_task.work,
            str(self.spool.folder),
            self.wish.pool,
        )
        for number, tasks in arrays:
            job = workers.Job(number, tasks, self.label, self.wish.pool, time.time())
            workers.enter(self.spool, job)
            self.submitted.append(job)
            self.announce(f"Slurm job {number} for {self.label}, workers: {tasks}, logs in {logs}")

    def check(self, job: workers.Job) -> None:
        """Raise ResweepError if the job has ended and none of its tasks ever began to work."""
        young = time.time() - job.submitted < STILLBORN_SECONDS
        begun = [(self.spool.folder / "workers" / f"{task}.0.json") for task in job.names()]
        if young or self.living.keys() & set(job.names()) or any(map(Path.exists, begun)):
            return
        self.submitted.remove(job)
        log = job.log(self.spool, job.names()[0])
        raise ResweepError(
            f"job {job.number} ended before it began to work: see {log}; if that file is missing, "
            "put the store on a disk that all nodes of the cluster share"
        )

    def let_go(self, *, also_running: bool) -> None:
        """Send the workers home, unless other drivers have left them something to do."""
        mine = {job.number for job in self.jobs()}
        for name, place in self.spool.places().items():
            job = task_of(place.worker or "").partition("_")[0]
            ours = place.pool == self.wish.pool or job in mine
            if ours and self.spool.wish(name) != DROP:
                return
        self.spool.close(self.wish.pool, True)
        slurm_commands.cancel(sorted(mine), waiting_only=not also_running)


def task_of(worker: str) -> str:
    """What Slurm calls the task that a worker is: `17_0` for `17_0.2`."""
    return worker.rpartition(".")[0]
