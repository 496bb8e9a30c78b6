"""The one loop: the plan says which experiment, the executor where, the store keeps what came of it."""

import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol

from resweep.executors import Executor, Stopped, WorkerDied
from resweep.experiment import Experiment
from resweep.outcome import Outcome, Progress
from resweep.plans import WAIT, Asked, Plan

__all__ = ["WAIT", "Loop", "Plan"]

POLL_SECONDS = 0.5
Measure = Callable[..., Outcome]


class Keeper(Protocol):
    def save(self, outcome: Outcome) -> None: ...

    def find(self, key: str, fingerprint: str) -> Outcome | None: ...


@dataclass
class Loop:
    """A plan, where it runs and what keeps it; `run` goes through it once.

    `answers(stored)` says whether a stored outcome stands for an experiment that the plan asks for: all but status
    `error` unless told otherwise. `begin` hears of every experiment that must be measured, `watch` every report of it,
    `ended` when it runs no more, `cut` where the plan's judgement ended it at a report. `patience()` is how many
    seconds running experiments may still take: infinite, until the user asks for an end; then the plan is asked no
    more, and at 0 what still runs is withdrawn. Plan and `watch` are called from one thread at a time.
    """

    plan: Plan
    executor: Executor
    store: Keeper
    measure: Measure
    fingerprint: str
    slots: int = 1
    answers: Callable[[Outcome], bool] = lambda stored: stored.status != "error"
    begin: Callable[[Experiment], None] = lambda experiment: None
    watch: Callable[[Experiment, Progress], None] = lambda experiment, progress: None
    ended: Callable[[Experiment], None] = lambda experiment: None
    cut: Callable[[Experiment, Progress], None] = lambda experiment, progress: None
    patience: Callable[[], float] = lambda: math.inf
    lock: Lock = field(default_factory=Lock)

    def run(self) -> Iterator[tuple[Outcome, bool]]:
        """(outcome, whether it was stored already), at most `slots` experiments at once.

        Each new outcome is saved before the plan is told and before it is yielded: what was yielded is safe.
        """
        running: dict[Future[Outcome], Running] = {}
        while True:
            asked: Asked = None
            while len(running) < self.slots and self.patience() == math.inf:
                with self.lock:
                    asked = self.plan.ask()
                if asked is None or asked is WAIT:
                    break
                if stored := self.stored(asked):
                    yield stored, True
                else:
                    self.begin(asked)
                    task = Running(self, asked)
                    running[self.executor.submit(self.measure, asked, on_progress=task.heard)] = (
                        task
                    )
            if not running and asked is not WAIT:
                return
            for future in finished(running):
                if outcome := self.settle(running.pop(future), future):
                    yield outcome, False
            if self.patience() <= 0:
                for task in running.values():
                    self.plan.withdraw(task.experiment)
                return

    def stored(self, experiment: Experiment) -> Outcome | None:
        """The stored outcome that answers for the experiment; the plan has been told of it."""
        found = self.store.find(experiment.key, self.fingerprint)
        if found is None or not self.answers(found):
            return None
        with self.lock:
            self.plan.tell(found)
        return found

    def settle(self, task: "Running", future: Future[Outcome]) -> Outcome | None:
        """Save and tell what came of a task; None where nothing is to be kept of it."""
        with self.lock:
            self.ended(task.experiment)
        try:
            outcome = future.result()
        except Stopped:
            with self.lock:
                task.end()
            return None
        except WorkerDied as death:
            with self.lock:
                if self.plan.lost(task.experiment, str(death)):
                    return None
            outcome = failure(task.experiment, self.fingerprint, str(death))
        self.store.save(outcome)
        with self.lock:
            self.plan.tell(outcome)
        return outcome


@dataclass
class Running:
    """An experiment on its way, and the report at which the plan's judgement stopped it."""

    loop: Loop
    experiment: Experiment
    stopped: Progress | None = None

    def heard(self, progress: Progress) -> None:
        """Take a report; raises Stopped where the experiment is to end here."""
        loop = self.loop
        with loop.lock:
            if self.stopped is None:
                loop.watch(self.experiment, progress)
                if loop.plan.judge(self.experiment, progress):
                    self.stopped = progress
        if self.stopped is not None or loop.patience() <= 0:
            raise Stopped

    def end(self) -> None:
        if self.stopped is not None:
            self.loop.plan.stopped(self.experiment, self.stopped)
            self.loop.cut(self.experiment, self.stopped)
        else:
            self.loop.plan.withdraw(self.experiment)


def finished(running: dict[Future[Outcome], Running]) -> set[Future[Outcome]]:
    """The futures that have ended, after waiting a moment for one."""
    if not running:
        time.sleep(POLL_SECONDS)
    return wait(running, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED).done


def failure(experiment: Experiment, fingerprint: str, reason: str) -> Outcome:
    return Outcome(
        experiment, "error", provenance={"dataset_fingerprint": fingerprint}, detail=reason
    )
