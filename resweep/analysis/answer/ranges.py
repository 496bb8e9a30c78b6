"""In which range of a scale arms succeed, for arms that sweep one."""

from collections.abc import Sequence
from dataclasses import dataclass

from resweep.analysis.answer.along import families
from resweep.analysis.answer.standing import Standing

LEAST = 3  # values of a scale that make a sweep, if no other arms were run
MANY = 5  # values of a scale that make a sweep whatever else was run
SCALES = ("c", "multiplier")


@dataclass(frozen=True)
class ScaleRange:
    """Arms of one kind that differ in the scale `axis`, and maybe in depth, alone."""

    arm: str
    axis: str
    members: tuple[Standing, ...]

    @property
    def shown_depths(self) -> list[int]:
        """The least and the greatest depth."""
        depths = {standing.experiment.blocks for standing in self.members}
        return sorted({min(depths), max(depths)})

    def words(self, depth: int) -> str:
        """`for c from 0.02 to 1.3`: the values with which arms of this depth succeed."""
        here = []
        for standing in sorted(self.members, key=self._value):
            silent = standing.arm.verdict in ("failed", "undecided")  # says nothing of the scale
            if standing.experiment.blocks == depth and not silent:
                here.append(standing)
        good = [standing.succeeds for standing in here]
        if not any(good):
            return f"for no {self.axis}"
        first, last = good.index(True), len(good) - 1 - good[::-1].index(True)
        if not all(good[first : last + 1]):
            return f"for {sum(good)} of {len(good)} values of {self.axis}"
        low, high = self._value(here[first]), self._value(here[last])
        if first == last:
            return f"for {self.axis} = {low:.3g} alone"
        return f"for {self.axis} from {low:.3g} to {high:.3g}"

    def _value(self, standing: Standing) -> float:
        return float(getattr(standing.experiment, self.axis))


def scale_range(standings: Sequence[Standing]) -> ScaleRange | None:
    """The largest group of arms that sweep a scale; None where no arms do."""
    best: ScaleRange | None = None
    for axis in SCALES:
        for family in families(standings, (axis, "blocks"), LEAST):
            least = LEAST if len(family.members) == len(standings) else MANY
            if len(family.values(axis)) < least:
                continue
            if best is None or len(family.members) > len(best.members):
                best = ScaleRange(family.arm, axis, family.members)
    return best
