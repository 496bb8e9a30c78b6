"""Run tasks on a Slurm cluster: workers are tasks of job arrays, files on a shared disk join us.

Workers outlive the process that submitted them: killed, it leaves them what they were handed.
"""

import itertools
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from resweep.executors import WorkerDied
from resweep.executors.jobs import Job
from resweep.executors.listening import Listening
from resweep.executors.silence import GoneError
from resweep.executors.slurm import commands
from resweep.executors.slurm.commands import Wish
from resweep.executors.slurm.fleet import OFTEN, Fleet
from resweep.executors.slurm.handed import Handed
from resweep.executors.slurm.records import log_of, task_of
from resweep.executors.slurm.spool import DROP, Place, Spool

QUICK, SLOW = 0.05, 1.0  # seconds between two looks into the spool: while answers come, and later
FIRST = 0.5  # seconds before the first workers are submitted, so that one array holds them all


class Slurm(Listening):
    """An executor whose workers are up to `wish.workers` Slurm tasks, submitted when needed.

    Tasks and answers go through the spool. A task that says what it is (`task_name`, see
    `resweep.lab.worker.Measure`) is found there again: if an earlier driver has handed it over, it
    is not begun a second time, and its answer is taken. With `afresh` answers that lie there are
    not taken. `label` says what the jobs are for.

    Raises MissingError where submitit or Slurm is not there or does not answer, and ResweepError
    where the spool cannot be made. A Slurm that falls silent later ends every task with GoneError
    in the end, and leaves the workers what they have.
    """

    def __init__(self, spool: Spool, wish: Wish, label: str, *, afresh: bool = False) -> None:
        super().__init__()
        commands.check()
        self.spool, self.pool, self.afresh = spool.made(wish.pool), wish.pool, afresh
        self.fleet = Fleet(self.spool, wish, label)
        self.found = self.fleet.begin()
        self.handed: dict[str, Handed] = {}
        self.answered: dict[Future[Any], str] = {}
        self.order = itertools.count(1)
        self.dropping = False
        self.bell = threading.Event()
        self.fleet.asked = time.monotonic() + FIRST - OFTEN
        self.pause = QUICK
        self.begin()

    def name_of(self, fn: Callable[..., object], args: tuple[object, ...]) -> str:
        """See `Listening.name_of`; a task that does not say what it is gets a name of its own."""
        naming = getattr(fn, "task_name", None)
        return secrets.token_hex(16) if naming is None else naming(*args)

    def take(self, job: Job) -> None:
        """See `Listening.take`."""
        self.hand_over(job)
        self.handed[job.name] = Handed(self.spool, job)
        self.bell.set()

    def hand_over(self, job: Job) -> None:
        """Let the task wait for a worker, unless it waits already, runs or has been answered."""
        self.spool.say(job.name, None)
        if self.afresh:
            self.spool.forget(job.name)
        elif self.spool.is_answered(job.name):
            return
        place = self.found.pop(job.name, None)
        if place is None:
            self.put(job)
        elif place.pool not in (None, self.pool):
            self.spool.give_back(self.pool, place.path)

    def put(self, job: Job) -> None:
        """Let a task wait behind all others."""
        self.spool.put(self.pool, next(self.order), job.name, job.message)

    def kept(self, future: Future[Any]) -> None:
        """See `resweep.executors.Executor.kept`; only now the answer leaves the disk."""
        name = self.answered.pop(future, None)
        if name is not None:
            self.spool.forget(name)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """See `resweep.executors.Executor.shutdown`.

        Without `wait` what waits is withdrawn, what runs is stopped, and workers that nobody else
        has given anything to do are cancelled.
        """
        with self.lock:
            self.closing = True
            self.dropping = self.dropping or not wait
        self.bell.set()
        self.listener.join()

    def listen(self) -> None:
        """What the listener's thread does: take answers and reports, and see to the workers."""
        while not (self.closing and (self.dropping or not self.handed)):
            try:
                self.look()
            except GoneError as fault:
                self.leave_all(fault)
                return
            except Exception as fault:  # of the disk or of Slurm: every task would meet it
                self.end_all(fault)
            self.bell.wait(self.pause)
            self.bell.clear()
        self.end_all(WorkerDied("it was withdrawn"))
        with suppress(GoneError):
            if self.fleet.look():
                self.fleet.let_go(also_running=self.dropping)

    def look(self) -> None:
        """Look once into the spool, and now and then ask Slurm for the workers."""
        with self.lock:
            handed = dict(self.handed)
        answers = self.spool.answers() & handed.keys()
        for name in self.spool.reported() & handed.keys():
            handed[name].hear()
        for name in answers:
            self.settle(handed.pop(name))
        self.pause = QUICK if answers else min(SLOW, self.pause * 1.2)
        if answers:
            self.fleet.silence.alive()
        if handed and self.fleet.is_time_to_look() and self.fleet.look():
            self.see_to_workers(handed)

    def settle(self, handed: Handed) -> None:
        """Take an answer; a result stays on the disk until it is kept elsewhere."""
        name, job = handed.job.name, handed.job
        kind, value = handed.answer()
        with self.lock:
            del self.handed[name]
        if kind == "result" and job.raised is None:
            self.answered[job.future] = name
        else:
            self.spool.forget(name)
        job.answer(kind, value)

    def see_to_workers(self, handed: dict[str, Handed]) -> None:
        """Find workers that ended in the middle of a task, and submit those that are missing."""
        places = self.spool.places()
        answers = self.spool.answers()
        for name, one in handed.items():
            place = places.get(name)
            if name not in answers and self.fleet.is_gone(name, place):
                self.gone(one, place)
        if not self.dropping:
            self.fleet.reinforce_for(places)

    def gone(self, handed: Handed, place: Place | None) -> None:
        """End a task whose worker has ended; hand over anew one that is nowhere."""
        name = handed.job.name
        if place is None or place.worker is None:
            self.put(handed.job)
            return
        self.spool.forget(name)
        place.path.unlink(missing_ok=True)
        with self.lock:
            del self.handed[name]
        task = task_of(place.worker)
        log = log_of(self.spool, task)
        died = WorkerDied(f"Slurm's task {task} ended in the middle of it: see {log}")
        handed.job.answer("fault", died)

    def leave_all(self, fault: GoneError) -> None:
        """End every task for this driver, and leave it where it is for workers and later ones."""
        with self.lock:
            handed, self.handed, self.fault = self.handed, {}, fault
        for one in handed.values():
            one.job.answer("fault", fault)

    def end_all(self, fault: Exception) -> None:
        """End every task with a fault that is none of theirs: withdraw it, or have it dropped."""
        with self.lock:
            handed, self.handed = self.handed, {}
        places = self.spool.places() if handed else {}
        for name, one in handed.items():
            place = places.get(name)
            if place is not None and place.pool is not None:
                place.path.unlink(missing_ok=True)
            elif place is not None:
                self.spool.say(name, DROP)
            one.job.answer("fault", fault)
