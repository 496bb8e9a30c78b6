"""The one loop: the plan says which experiment, the executor where, the store keeps the outcome."""

import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol

from resweep.errors import OutOfMemory
from resweep.executors import Executor, Stopped, WorkerDied
from resweep.experiment import Experiment
from resweep.outcome import Outcome, Progress
from resweep.plans import WAIT, Asked, Plan

POLL_SECONDS = 0.5
Measure = Callable[..., Outcome]


class Keeper(Protocol):
    """What the loop needs of a store."""

    def save(self, outcome: Outcome) -> None:
        """Keep an outcome; when this returns, it is safe."""

    def find(self, key: str, fingerprint: str) -> Outcome | None:
        """The stored outcome of an experiment on the data of that fingerprint."""


class Listener(Protocol):
    """Who follows the loop and may end it. A subclass overrides what it cares about.

    Every method is called from one thread at a time.
    """

    def begun(self, experiment: Experiment) -> None:
        """The experiment is not stored and goes to the executor now."""

    def heard(self, experiment: Experiment, progress: Progress) -> None:
        """A running experiment reported how far it is."""

    def cut(self, experiment: Experiment, progress: Progress) -> None:
        """The plan's judgement ended the experiment at this report; nothing of it is stored."""

    def ended(self, experiment: Experiment) -> None:
        """The experiment runs no more, whatever came of it."""

    def faulted(self, fault: Exception, running: int) -> None:
        """The loop ends because of `fault`; it waits for so many running experiments before."""

    def patience(self) -> float:
        """Seconds that running experiments may still take.

        Infinite until the user asks for an end. Then the plan is asked for nothing new, and at 0
        whatever still runs is withdrawn.
        """
        return math.inf


class Silent(Listener):
    """Hears everything, shows nothing and never ends the loop."""


def unless_failed(stored: Outcome) -> bool:
    """Whether a stored outcome stands for a new measurement: all but those of status `error`."""
    return stored.status != "error"


@dataclass
class Loop:
    """A plan, where it runs and what keeps its outcomes; `run` goes through it once.

    `fingerprint` names the data, `slots` is how many experiments run at once, and `answers(stored)`
    says whether a stored outcome stands for an experiment that the plan asks for. The plan and the
    listener are called from one thread at a time. `fault` is what either of them raised at a
    report, `unsaved` are the outcomes that the store did not take.
    """

    plan: Plan
    executor: Executor
    store: Keeper
    measure: Measure
    fingerprint: str
    slots: int = 1
    answers: Callable[[Outcome], bool] = unless_failed
    listener: Listener = field(default_factory=Silent)
    lock: Lock = field(default_factory=Lock)
    fault: Exception | None = None
    unsaved: list[Outcome] = field(default_factory=list)

    def run(self) -> Iterator[tuple[Outcome, bool]]:
        """Yield (outcome, whether it was stored already), at most `slots` experiments at once.

        Each new outcome is saved before the plan is told and before it is yielded: whatever was
        yielded is safe. A fault of the store, of the plan or of a worker ends the loop, but no
        measurement: what runs by then may end, and is saved and yielded, before the fault is
        raised.
        """
        running: dict[Future[Outcome], Running] = {}
        try:
            yield from self.driven(running)
        except Exception as fault:
            self.listener.faulted(fault, sum(not future.done() for future in running))
            yield from self.last(running)
            raise

    def driven(self, running: "dict[Future[Outcome], Running]") -> Iterator[tuple[Outcome, bool]]:
        """Do the work of `run`; `running` holds at any moment what the executor has."""
        while True:
            if self.fault is not None:
                raise self.fault
            asked: Asked = None
            while len(running) < self.slots and self.listener.patience() == math.inf:
                with self.lock:
                    asked = self.plan.ask()
                if asked is None or asked is WAIT:
                    break
                stored = self.begun(asked, running)
                if stored is not None:
                    yield stored, True
            if not running and asked is not WAIT:
                return
            for future in finished(running):
                task = running.pop(future)
                outcome = self.settle(task, future, alone=not running)
                if outcome is not None:
                    yield outcome, False
            if self.listener.patience() <= 0:
                for task in running.values():
                    self.plan.withdraw(task.experiment)
                return

    def last(self, running: "dict[Future[Outcome], Running]") -> Iterator[tuple[Outcome, bool]]:
        """After a fault, wait for what runs, save what can be saved and give back the rest."""
        while running and self.listener.patience() > 0:
            for future in finished(running):
                with suppress(Exception):
                    outcome = self.settle(running.pop(future), future)
                    if outcome is not None:
                        yield outcome, False
        for task in running.values():
            self.give_back(task.experiment)
        for outcome in self.unsaved:  # the database may be back by now
            with suppress(Exception):
                self.store.save(outcome)
                yield outcome, False

    def give_back(self, experiment: Experiment) -> None:
        """Withdraw an experiment because of a fault; a second fault does not hide the first."""
        with self.lock, suppress(Exception):
            self.plan.withdraw(experiment)

    def begun(
        self, experiment: Experiment, running: "dict[Future[Outcome], Running]"
    ) -> Outcome | None:
        """Return the stored outcome of the experiment, None after handing it to the executor."""
        try:
            stored = self.stored(experiment)
            if stored is None:
                self.begin(experiment, running)
        except Exception:
            self.give_back(experiment)
            raise
        return stored

    def stored(self, experiment: Experiment) -> Outcome | None:
        """The stored outcome that answers for the experiment; the plan has then been told of it."""
        outcome = self.store.find(experiment.key, self.fingerprint)
        if outcome is None or not self.answers(outcome):
            return None
        with self.lock:
            self.plan.tell(outcome)
        return outcome

    def begin(self, experiment: Experiment, running: "dict[Future[Outcome], Running]") -> None:
        """Announce the experiment and hand it to the executor."""
        self.listener.begun(experiment)
        task = Running(self, experiment)
        running[self.executor.submit(self.measure, experiment, on_progress=task.heard)] = task

    def settle(
        self, task: "Running", future: Future[Outcome], *, alone: bool = False
    ) -> Outcome | None:
        """Save the outcome of a task that ended and tell the plan; None where nothing is kept.

        A task that found no memory while it ran `alone` would find none another time.
        """
        with self.lock:
            self.listener.ended(task.experiment)
        try:
            outcome = future.result()
        except Stopped:
            with self.lock:
                task.end()
            return None
        except (WorkerDied, OutOfMemory) as death:
            hopeless = alone and isinstance(death, OutOfMemory)
            with self.lock:
                if not hopeless and self.plan.lost(task.experiment, str(death)):
                    return None
            outcome = failure(task.experiment, self.fingerprint, str(death))
        except Exception:  # the machine or this driver is at fault, not the experiment
            self.give_back(task.experiment)
            raise
        self.unsaved.append(outcome)
        self.store.save(outcome)
        self.unsaved.remove(outcome)
        self.executor.kept(future)
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
        """Take a report; raise Stopped if the experiment is to end here.

        A fault of the listener or the plan ends the loop, but not the experiment that reports.
        """
        loop = self.loop
        with loop.lock:
            if self.stopped is None and loop.fault is None:
                try:
                    self.judge(progress)
                except Exception as fault:
                    loop.fault = fault
        if self.stopped is not None or loop.listener.patience() <= 0:
            raise Stopped

    def judge(self, progress: Progress) -> None:
        """Pass a report on, and remember it where the plan wants the experiment to end."""
        self.loop.listener.heard(self.experiment, progress)
        if self.loop.plan.judge(self.experiment, progress):
            self.stopped = progress

    def end(self) -> None:
        """Tell the plan whether its judgement stopped the experiment or the user did."""
        if self.stopped is None:
            self.loop.plan.withdraw(self.experiment)
            return
        self.loop.plan.stopped(self.experiment, self.stopped)
        self.loop.listener.cut(self.experiment, self.stopped)


def finished(running: dict[Future[Outcome], Running]) -> set[Future[Outcome]]:
    """The futures that have ended, after waiting a moment for one."""
    if not running:
        time.sleep(POLL_SECONDS)
    return wait(running, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED).done


def failure(experiment: Experiment, fingerprint: str, reason: str) -> Outcome:
    """The outcome of an experiment that could not be measured, with the reason."""
    where = {"dataset_fingerprint": fingerprint}
    return Outcome(experiment, "error", provenance=where, detail=reason)
