"""Grid: a fixed list of experiments, each run once, in order."""

from collections import deque
from collections.abc import Iterable

from resweep.experiment import Experiment
from resweep.outcome import Outcome
from resweep.plans import Plan
from resweep.plans.deaths import Deaths


class Grid(Plan):
    """Asks for every experiment once. Repeated ones, those with the same key, are dropped."""

    def __init__(self, experiments: Iterable[Experiment]) -> None:
        distinct = {experiment.key: experiment for experiment in experiments}
        self.experiments = tuple(distinct.values())
        self._waiting = deque(self.experiments)
        self._deaths = Deaths()

    def ask(self) -> Experiment | None:
        """Return the next experiment of the list, or None at its end."""
        return self._waiting.popleft() if self._waiting else None

    def tell(self, outcome: Outcome) -> None:
        """Do nothing: what comes next does not depend on outcomes."""

    def lost(self, experiment: Experiment, reason: str) -> bool:
        """Try the experiment again, at the end of the list, unless it has used up its tries."""
        if not self._deaths.another_try(experiment.key):
            return False
        self._waiting.append(experiment)
        return True
