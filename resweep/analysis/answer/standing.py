"""How the arms of a comparison stand: from the best to the worst."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from resweep.analysis.compare import ArmSummary, Comparison
from resweep.experiment import Experiment

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
        """Whether every run succeeded of which it is known, or the signal kept its size where none
        was trained.
        """
        return self.arm.verdict in ("trains", "stable")

    @property
    def fragile(self) -> bool:
        """Whether some runs succeeded and others failed."""
        return 0 < self.arm.success.k < self.arm.success.n

    @property
    def undecided(self) -> bool:
        """Whether the runs do not tell, and no run failed."""
        return self.arm.verdict == "undecided"


def standings(comparison: Comparison, names: Sequence[str]) -> list[Standing]:
    """The arms that were run, best first.

    Arms that succeed come before those of which a run failed, and these before those that do not
    succeed at all. Within each part the better mean of the metric decides, in which a failed run
    counts at chance. Arms without a mean follow, the one whose signal grows least first.
    """
    lower = comparison.metric.endswith(LOWER_IS_BETTER)

    def order(standing: Standing) -> tuple[int, bool, float, float, int]:
        arm = standing.arm
        reached = 0.0
        if arm.overall is not None:
            reached = arm.overall if lower else -arm.overall
        growth = math.inf
        if arm.log10_forward_growth is not None:
            growth = abs(arm.log10_forward_growth)
        return _part(standing), arm.overall is None, reached, growth, standing.place

    run = []
    for place, (name, arm) in enumerate(zip(names, comparison.arms, strict=True)):
        if arm.runs and arm.experiment is not None:
            run.append(Standing(name, place, arm, arm.experiment))
    return sorted(run, key=order)


def _part(standing: Standing) -> int:
    """0 for arms that succeed, 1 for those that do in some runs, 2 for undecided ones, 3 else."""
    if standing.succeeds:
        return 0
    if standing.fragile:
        return 1
    return 2 if standing.undecided else 3
