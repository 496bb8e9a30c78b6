"""A fixed list of experiments, each once, in order."""

from collections import deque
from collections.abc import Iterable

from resweep.experiment import Experiment
from resweep.outcome import Outcome
from resweep.plans import Plan


class Grid(Plan):
    """Asks for each distinct experiment once; repeats (the same key) are dropped."""

    def __init__(self, experiments: Iterable[Experiment]) -> None:
        distinct = {e.key: e for e in experiments}
        self.experiments = tuple(distinct.values())
        self._waiting = deque(self.experiments)

    def ask(self) -> Experiment | None:
        return self._waiting.popleft() if self._waiting else None

    def tell(self, outcome: Outcome) -> None:
        """A grid learns nothing from outcomes."""
