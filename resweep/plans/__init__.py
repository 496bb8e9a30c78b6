"""Plans: which experiment next, and whether one that runs is worth its end."""

from abc import ABC, abstractmethod
from enum import Enum
from typing import Final, Literal

from resweep.experiment import Experiment
from resweep.outcome import Outcome, Progress


class Wait(Enum):
    """What a plan answers that has nothing to run now and may have later."""

    WAIT = "wait"


WAIT: Final = Wait.WAIT
Asked = Experiment | Literal[Wait.WAIT] | None


class Plan(ABC):
    """Decides what is measured; one driver calls it, never from two threads at once.

    Each experiment that `ask` gives ends in exactly one call: `tell`, `stopped`, `withdraw`, or `lost`.
    """

    @abstractmethod
    def ask(self) -> Asked:
        """The next experiment; WAIT: none until a running one has ended; None: none will come."""

    @abstractmethod
    def tell(self, outcome: Outcome) -> None:
        """An experiment was measured and its outcome is stored."""

    def judge(self, experiment: Experiment, progress: Progress) -> bool:
        """Whether to stop a running experiment here; asked at each report: every step, but at most 200 a stage."""
        return False

    def stopped(self, experiment: Experiment, progress: Progress) -> None:  # noqa: B027 a plan may be indifferent
        """`judge` stopped it at this report; nothing is stored of it."""

    def withdraw(self, experiment: Experiment) -> None:  # noqa: B027
        """The driver ends before it was measured; it is not at fault and another driver may run it."""

    def lost(self, experiment: Experiment, reason: str) -> bool:
        """Its worker died. True: the plan will ask for it again; False: it becomes an outcome of status `error`."""
        return False
