"""The workers that drivers have submitted to Slurm: which live, which are missing, which may go."""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from resweep.errors import MissingError, ResweepError
from resweep.executors.silence import Silence
from resweep.executors.slurm import array_task, commands, records, submission
from resweep.executors.slurm.commands import SlurmIsSilent, Wish
from resweep.executors.slurm.ending import TIME_WAS_UP
from resweep.executors.slurm.records import Submission, log_of, task_of
from resweep.executors.slurm.spool import DROP, Place, Spool

MISSING_LOOKS = 2  # what was not found so often in a row is gone: disks and Slurm lag behind
STILLBORN_SECONDS = 20.0
MOST_STILLBORN = 3  # jobs in a row that end before they begin to work, once some have worked
MOST_FRUITLESS = 3  # workers in a row whose time was up before they had finished a cell
SILENT_SECONDS = 600.0  # without an answer of Slurm and of every worker, a driver gives up
OFTEN, SELDOM = 2.0, 10.0  # seconds between two questions to Slurm: in the first minute, and later


@dataclass
class Fleet:
    """The workers of one pool, as one driver sees them; `label` says what it submits jobs for.

    `living` is the state of each task that Slurm knows, by what it calls it. Drivers that ask the
    same of Slurm, with one store, share their workers. Each task calls `work(*words)`. `announce`
    is told of each job, and `silence.remark` where Slurm does not answer.
    """

    spool: Spool
    wish: Wish
    label: str
    living: dict[str, str] = field(default_factory=dict)
    submitted: list[Submission] = field(default_factory=list)
    unproven: list[Submission] = field(default_factory=list)  # none of their tasks has begun yet
    stillborn: int = 0
    missed: Counter[str] = field(default_factory=Counter)
    announce: Callable[[str], None] = field(default=lambda line: None)
    work: Callable[..., None] = array_task.work
    words: tuple[object, ...] = ()
    silence: Silence = field(
        default_factory=lambda: Silence(
            "Slurm", "workers go on with what they were given", SILENT_SECONDS
        )
    )
    began: float = field(default_factory=time.monotonic)
    asked: float = 0.0  # when Slurm was asked last, on the monotonic clock

    def __post_init__(self) -> None:
        self.words = self.words or (str(self.spool.folder), self.wish.pool)

    def look(self) -> bool:
        """Ask Slurm; False if it does not answer, and then nothing is known anew.

        Raises GoneError once it has been silent for too long.
        """
        self.asked = time.monotonic()
        try:
            self.living = commands.states()
        except SlurmIsSilent as fault:
            self.silence.missed(str(fault))
            return False
        self.silence.heard()
        return True

    def is_time_to_look(self) -> bool:
        """Whether to ask Slurm again: often in the first minute, ever less while it is silent."""
        now = time.monotonic()
        usual = OFTEN if now - self.began < 60 else SELDOM
        return now - self.asked > max(usual, self.silence.pause)

    def begin(self) -> dict[str, Place]:
        """Look for the first time; the tasks that earlier drivers left, by name.

        What workers had taken that have ended waits again. Raises MissingError where Slurm does not
        answer.
        """
        try:
            self.living = commands.states()
        except SlurmIsSilent as fault:
            raise MissingError(f"Slurm does not answer ({fault}): try again once it does") from None
        records.clear_old(self.spool, self.living)
        self.spool.close(self.wish.pool, False)
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

    def jobs(self) -> list[Submission]:
        """The jobs of this pool of which a task is queued or runs."""
        ours = [job for job in records.submissions(self.spool) if job.pool == self.wish.pool]
        return [job for job in ours if self.living.keys() & set(job.names())]

    def reinforce_for(self, places: Mapping[str, Place]) -> None:
        """Submit the workers that are missing for the tasks in the spool; see `reinforce`."""
        ours = {task for job in self.jobs() for task in job.names()}
        waiting = sum(place.pool == self.wish.pool for place in places.values())
        taken = sum(task_of(place.worker or "") in ours for place in places.values())
        self.reinforce(waiting, taken)

    def reinforce(self, waiting: int, running: int) -> None:
        """Submit the workers that are missing where so many tasks wait and so many run.

        A worker that is queued, or loads torch, is one for a task that waits. Raises ResweepError
        where a job ended before any of its tasks began to work, and where the time of workers is
        too short to finish a cell.
        """
        self.check_births()
        there = sum(task in self.living for job in self.jobs() for task in job.names())
        missing = min(waiting, min(self.wish.workers, waiting + running) - there)
        if missing <= 0:
            return
        self.check_time()
        try:
            self.enlist(missing)
        except SlurmIsSilent as fault:
            self.silence.missed(str(fault))

    def enlist(self, count: int) -> None:
        """Submit so many workers."""
        logs = self.spool.folder / "logs"
        arrays = submission.submit(
            logs,
            f"resweep-{self.label}",
            self.wish,
            count,
            self.work,
            *self.words,
        )
        for number, tasks in arrays:
            job = Submission(number, tasks, self.label, self.wish.pool, time.time())
            records.enter(self.spool, job)
            self.submitted.append(job)
            self.unproven.append(job)
            self.announce(f"Slurm job {number} for {self.label}, workers: {tasks}, logs in {logs}")

    def check_births(self) -> None:
        """Raise ResweepError if a job has ended and none of its tasks ever began to work.

        Where other workers did begin, a signal or a node may have met this one: it is replaced.
        """
        begun = records.begun(self.spool)
        for job in list(self.unproven):
            tasks = set(job.names())
            if tasks & begun:
                self.unproven.remove(job)
                self.stillborn = 0
            elif not tasks & self.living.keys() and is_old(job):
                self.unproven.remove(job)
                self.stillborn += 1
                if not begun or self.stillborn == MOST_STILLBORN:
                    raise ResweepError(
                        f"job {job.number} ended before it began to work: see "
                        f"{log_of(self.spool, job.names()[0])}; if that file is missing, put the "
                        "store on a disk that all nodes of the cluster share"
                    )

    def check_time(self) -> None:
        """Raise ResweepError if the workers of this driver end before they finish anything."""
        mine = {task for job in self.submitted for task in job.names()}
        begun = [w for w in records.workers(self.spool) if task_of(w.name) in mine and w.ended]
        last = sorted(begun, key=lambda worker: worker.began)[-MOST_FRUITLESS:]
        fruitless = [w for w in last if w.cells == 0 and w.ended == TIME_WAS_UP]
        if len(fruitless) == MOST_FRUITLESS:
            raise ResweepError(
                f"the time of {MOST_FRUITLESS} workers in a row was up before torch and the images "
                "were loaded and a cell was done: raise --time"
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
        commands.cancel(sorted(mine), waiting_only=not also_running)


def is_old(job: Submission) -> bool:
    """Whether what a job has left must be visible by now; disks and Slurm lag behind."""
    return time.time() - job.submitted >= STILLBORN_SECONDS
