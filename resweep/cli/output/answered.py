"""A comparison with what it answers, found once for the terminal and the page."""

from dataclasses import dataclass, replace
from functools import cached_property

from resweep.analysis.answer import Answer, answer
from resweep.analysis.compare import Comparison
from resweep.report import shared_fields


@dataclass(frozen=True)
class Answered:
    """A comparison, and its answer for those who ask: formats for programs have none."""

    comparison: Comparison

    @cached_property
    def answer(self) -> Answer:
        """The arms that were run from the best to the worst, under names that tell them apart."""
        arms = tuple(arm for arm in self.comparison.arms if arm.experiment)
        names = shared_fields.names([arm.experiment for arm in arms], [arm.arm for arm in arms])
        return answer(replace(self.comparison, arms=arms), names)
