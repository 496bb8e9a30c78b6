"""Plans decide which experiment runs next, and whether a running one is worth finishing.

`Plan` is the contract between a plan and the loop that drives it (`resweep.plans.loop`). A plan
implements `ask` and `tell`; the other four methods are optional and have a default that suits a
plan which does not care. A public method that is not in the contract is never called by the loop,
so a test refuses it: it would most likely be a misspelt one.
"""

from abc import ABC, abstractmethod
from enum import Enum
from typing import Final, Literal

from resweep.experiment import Experiment
from resweep.outcome import Outcome, Progress


class Wait(Enum):
    """The answer of a plan that has nothing to run now, but may have something later."""

    WAIT = "wait"


WAIT: Final = Wait.WAIT
Asked = Experiment | Literal[Wait.WAIT] | None


class Plan(ABC):
    """Decides what is measured.

    Every experiment that `ask` returns ends in exactly one call: `tell` if it was measured,
    `stopped` if `judge` ended it, `withdraw` if the driver ends before it was measured, or `lost`
    if its worker died. The loop makes one call at a time, never from two threads at once.
    """

    @abstractmethod
    def ask(self) -> Asked:
        """Required. Return the next experiment to run.

        WAIT means that there is none until a running one has ended, None that no more will come.
        The experiment must be resolved, since results are looked up by its key.
        """

    @abstractmethod
    def tell(self, outcome: Outcome) -> None:
        """Required. Learn that an experiment was measured, and that its outcome is stored.

        An outcome that was in the store already is told in the same way.
        """

    def judge(self, experiment: Experiment, progress: Progress) -> bool:
        """Optional. Return whether to stop a running experiment now; by default it never is.

        It is asked at every report of a run: at each step, but at most 200 times a stage.
        """
        return False

    def stopped(self, experiment: Experiment, progress: Progress) -> None:  # noqa: B027
        """Optional. Learn that `judge` stopped the experiment here; nothing of it is stored."""

    def withdraw(self, experiment: Experiment) -> None:  # noqa: B027
        """Optional. Learn that the driver ends before the experiment was measured.

        The experiment is not at fault: another driver, or the next call, may run it.
        """

    def lost(self, experiment: Experiment, reason: str) -> bool:
        """Optional. Learn that the worker process died while it measured the experiment.

        Return True if the plan will ask for the experiment again. With False, the default, it
        becomes an outcome of status `error` whose detail is `reason`.
        """
        return False
