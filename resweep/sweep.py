"""The one loop: the plan says which experiment, the executor where, the store keeps what came of it."""

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from typing import Protocol

from resweep.experiment import Experiment
from resweep.outcome import Outcome


class Plan(Protocol):
    def ask(self) -> Experiment | None: ...

    def tell(self, outcome: Outcome) -> None: ...


class Keeper(Protocol):
    def save(self, outcome: Outcome) -> None: ...

    def find(self, key: str, fingerprint: str) -> Outcome | None: ...


def sweep(
    plan: Plan,
    executor: Executor,
    store: Keeper,
    measure: Callable[[Experiment], Outcome],
    fingerprint: str,
    *,
    slots: int = 1,
    answers: Callable[[Outcome], bool] = lambda stored: stored.status != "error",
) -> Iterator[tuple[Outcome, bool]]:
    """Run a plan to its end, at most `slots` experiments at once; yields (outcome, whether it was stored already).

    An experiment that the store holds for the same data is answered from there where `answers(stored)` says so: all but
    status `error` unless told otherwise. Each new outcome is saved before the plan is told and before it is yielded:
    what was yielded is safe.
    """
    running: set[Future[Outcome]] = set()
    exhausted = False
    while running or not exhausted:
        while not exhausted and len(running) < slots:
            experiment = plan.ask()
            if experiment is None:
                exhausted = True
                break
            stored = store.find(experiment.key, fingerprint)
            if stored is not None and answers(stored):
                plan.tell(stored)
                yield stored, True
            else:
                running.add(executor.submit(measure, experiment))
        if running:
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                outcome = future.result()
                store.save(outcome)
                plan.tell(outcome)
                yield outcome, False
