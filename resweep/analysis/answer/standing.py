"""How the arms of a comparison stand: from the best to the worst."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from resweep.analysis.compare import ArmSummary, Comparison
from resweep.experiment import Experiment
from resweep.outcome import successes

LOWER_IS_BETTER = ("loss", "seconds", "memory")  # how the names of such metrics end


@dataclass(frozen=True)
class Standing:
    """An arm under a name that no other arm has; `place` is its place in the comparison."""

    name: str
    place: int
    arm: ArmSummary
    experiment: Experiment

    @property
    def succeeds(self) -> bool:
        """Whether more than half of the runs ended ok, or stayed finite where none was trained."""
        return self.arm.verdict == "stable"

    @property
    def ok(self) -> int:
        """The number of runs that succeeded."""
        return successes(self.arm.statuses)


def standings(comparison: Comparison, names: Sequence[str]) -> list[Standing]:
    """The arms that were run, best first.

    Arms that succeed come before those that do not, and within each part the better mean of the
    metric decides. Arms without a mean follow, the one whose signal grows least first.
    """
    lower = comparison.metric.endswith(LOWER_IS_BETTER)

    def order(standing: Standing) -> tuple[bool, bool, float, float, int]:
        arm = standing.arm
        reached = 0.0
        if arm.mean is not None:
            reached = arm.mean if lower else -arm.mean
        growth = math.inf
        if arm.log10_forward_growth is not None:
            growth = abs(arm.log10_forward_growth)
        return not standing.succeeds, arm.mean is None, reached, growth, standing.place

    run = []
    for place, (name, arm) in enumerate(zip(names, comparison.arms, strict=True)):
        if arm.runs and arm.experiment is not None:
            run.append(Standing(name, place, arm, arm.experiment))
    return sorted(run, key=order)
