"""The cells of a sweep, from a queue that other drivers may share."""

from typing import Protocol

from resweep.experiment import Experiment
from resweep.outcome import Outcome
from resweep.plans import WAIT, Asked, Plan


class Queue(Protocol):
    """Where the cells wait: `resweep.store.cells.Queue`."""

    def claim(self) -> Experiment | None: ...

    def release(self, key: str) -> None: ...

    def retry(self, key: str) -> bool: ...

    def recover(self) -> int: ...

    def counts(self) -> dict[str, int]: ...


class Cells(Plan):
    """Asks for what is queued, then for what dead drivers leave, until every cell is done or failed."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue

    def ask(self) -> Asked:
        while (cell := self.queue.claim()) is None:
            if not self.queue.recover():
                return WAIT if self.queue.counts()["running"] else None
        return cell

    def tell(self, outcome: Outcome) -> None:
        """The cell was marked in the transaction that stored the outcome."""

    def withdraw(self, experiment: Experiment) -> None:
        self.queue.release(experiment.key)

    def lost(self, experiment: Experiment, reason: str) -> bool:
        return self.queue.retry(experiment.key)
