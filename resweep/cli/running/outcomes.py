"""From resolved experiments to their outcomes: a list of them, or the cells of a named sweep."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from resweep.cli.output.messages import say
from resweep.cli.running import slurm
from resweep.cli.running.detach import detach
from resweep.cli.running.drive import drive
from resweep.cli.running.store_workers import StoreWorkers, ended, refuse_secrets
from resweep.cli.running.work import Work
from resweep.experiment import Experiment
from resweep.numerals import counted
from resweep.outcome import Outcome
from resweep.plans.cells import Cells
from resweep.plans.grid import Grid
from resweep.store import Store
from resweep.store.patience import patiently
from resweep.store.queue import STALE_SECONDS, Queue
from resweep.store.sweeps import Rerun


def outcomes(work: Work, experiments: Sequence[Experiment]) -> list[Outcome]:
    """The outcomes of the experiments, in their order; each is saved as soon as it is measured."""
    plan = Grid(experiments)
    with Store.open(work.options.store) as store:
        if work.options.detach:
            missing = [e for e in plan.experiments if not answered(work, store, e)]
            detach(work, missing, store, len(plan.experiments) - len(missing))
        driven = drive(work, plan, store, len(plan.experiments), ahead=True)
        by_key = {outcome.experiment.key: outcome for outcome, _ in driven}
        slurm.tidy(work.options, store)
    return [by_key[e.key] for e in experiments]


def answered(work: Work, store: Store, experiment: Experiment) -> bool:
    """Whether a stored run stands for the experiment."""
    stored = store.find(experiment.key, work.source.fingerprint)
    return stored is not None and work.answers(stored)


@dataclass(frozen=True)
class SweepCells:
    """The resolved cells of a sweep, the definition and digest they came from, and what varies."""

    experiments: list[Experiment]
    definition: dict[str, Any]
    digest: str
    axes: tuple[str, ...]


def sweep(
    work: Work, name: str, cells: SweepCells, *, rerun: Rerun | None = None, max_tries: int = 3
) -> list[Outcome]:
    """Work off the cells of a sweep beside other drivers; the runs of all, whoever ran them.

    A cell that is done is not run again, and one that failed only with `rerun`. A cell whose worker
    died is tried `max_tries` times.
    """
    fingerprint = work.source.fingerprint
    if work.workers_save:
        refuse_secrets(work.options.store)
    with Store.open(work.options.store) as store:
        queue = store.queue(
            name,
            cells.definition,
            cells.digest,
            cells.experiments,
            fingerprint,
            rerun=rerun,
            max_tries=max_tries,
        )
        remarks = Remarks(name, work.options.quiet)
        abandoned, before = queue.recover(), queue.counts()
        remarks.at_the_start(abandoned, before, [] if work.workers_save else queue.unseen())
        work = replace(work, label=name, afresh=rerun is not None)
        if work.workers_save:
            here = in_store(StoreWorkers(work, name, store, queue, cells.axes))
        else:
            here = from_here(work, store, queue, before, cells.axes)
        slurm.tidy(work.options, store)
        remarks.at_the_end(before, queue.counts(), here)
        runs = patiently(lambda: list(store.outcomes(sweep=name, fingerprint=fingerprint)))
        by_key = {outcome.experiment.key: outcome for outcome in runs}
        for failure in queue.failures():
            # A rerun that failed leaves the run that was measured before in the store.
            if by_key[failure.experiment.key].status != "error":
                by_key[failure.experiment.key] = failure
    return [by_key[e.key] for e in cells.experiments if e.key in by_key]


def in_store(workers: StoreWorkers) -> int:
    """Let workers claim and save the cells themselves; how many ended meanwhile."""
    if workers.work.options.detach:
        workers.leave()
    return workers.watched()


def from_here(
    work: Work, store: Store, queue: Queue, before: dict[str, int], axes: Sequence[str]
) -> int:
    """Claim the cells here, hand them to the executor, save what comes; how many were run."""
    total = sum(before.values())
    if work.options.detach:
        # Cells that another driver holds are left to it.
        detach(work, queue.waiting(), store, total - before["queued"])
    with queue.beating():
        driven = drive(
            work,
            Cells(queue),
            queue,
            total,
            axes=axes,
            count=lambda: ended(queue.counts()),
            ahead=True,
        )
        return sum(1 for _ in driven)


@dataclass(frozen=True)
class Remarks:
    """What a driver of a sweep says on stderr of the cells that it did not run itself."""

    sweep: str
    quiet: bool

    def at_the_start(self, abandoned: int, counts: dict[str, int], unseen: Sequence[str]) -> None:
        """Cells of a dead driver that are queued again, those of unseen drivers, stored ones."""
        if abandoned:
            self.say(
                f"{counted(abandoned, 'cell')} of {self.sweep} left by a driver that is gone: "
                "queued again"
            )
        for driver in unseen:
            self.say(
                f"{driver} holds cells of {self.sweep} and cannot be seen from here: "
                f"they are queued again {STALE_SECONDS:g} s after its last sign of life"
            )
        if ended(counts):
            total = sum(counts.values())
            self.say(f"{ended(counts)} of {counted(total, 'cell')} of {self.sweep} stored already")

    def at_the_end(self, before: dict[str, int], after: dict[str, int], here: int) -> None:
        """Cells that others ran meanwhile, and cells that failed."""
        elsewhere = ended(after) - ended(before) - here
        if elsewhere > 0:
            self.say(f"{counted(elsewhere, 'cell')} of {self.sweep} run by other drivers meanwhile")
        if after["failed"]:
            self.say(
                f"{counted(after['failed'], 'cell')} of {self.sweep} failed: "
                "try them again with --rerun failed"
            )

    def say(self, text: str) -> None:
        if not self.quiet:
            say(text)
