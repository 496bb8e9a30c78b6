"""Cells: the cells of a sweep, taken from a queue that other drivers may share."""

from typing import Protocol

from resweep.experiment import Experiment
from resweep.outcome import Outcome
from resweep.plans import WAIT, Asked, Plan


class CellQueue(Protocol):
    """Where the cells of a sweep wait; `resweep.store.queue.Queue` is one."""

    def claim(self) -> Experiment | None:
        """Take the next queued cell for this driver and return it, or None if none is queued."""

    def release(self, key: str) -> None:
        """Queue a claimed cell again; it does not count as a try."""

    def retry(self, key: str) -> bool:
        """Queue a cell whose worker died again; return False if it has no tries left.

        True also if another driver has the cell by now, so that nothing is to be stored of it.
        """

    def recover(self) -> int:
        """Queue the cells of drivers that have ended again, and return how many there were."""

    def counts(self) -> dict[str, int]:
        """Return how many cells are queued, running, done and failed."""


class Cells(Plan):
    """Asks for the queued cells, then for those that dead drivers left, until all have ended.

    While other drivers still run cells it waits: one of them may die and leave its cell.
    """

    def __init__(self, queue: CellQueue) -> None:
        self.queue = queue

    def ask(self) -> Asked:
        """Claim and return the next cell; see `Plan.ask`."""
        while (cell := self.queue.claim()) is None:
            if not self.queue.recover():
                return WAIT if self.queue.counts()["running"] else None
        return cell

    def tell(self, outcome: Outcome) -> None:
        """Do nothing: the store ends the cell in the transaction that saves its outcome."""

    def withdraw(self, experiment: Experiment) -> None:
        """Queue the cell again for the next driver."""
        self.queue.release(experiment.key)

    def lost(self, experiment: Experiment, reason: str) -> bool:
        """Queue the cell again unless it has used up its tries."""
        return self.queue.retry(experiment.key)
