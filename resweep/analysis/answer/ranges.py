"""In which range of a scale arms succeed, for arms that sweep one."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from resweep.analysis.answer.along import families
from resweep.analysis.answer.standing import Standing

LEAST = 3  # values of a scale that make a sweep, if no other arms were run
MANY = 5  # values of a scale that make a sweep whatever else was run
SCALES = ("c", "multiplier")
NAMED = 3  # values, or arms on either side, that a sentence names; of more it says how many


@dataclass(frozen=True)
class ScaleRange:
    """Arms of one kind that differ in the scale `axis`, and maybe in depth, alone."""

    arm: str
    axis: str
    members: tuple[Standing, ...]

    @cached_property
    def at_depths(self) -> dict[int, list[Standing]]:
        """The members of each depth; depths and the values of the axis ascend."""
        parted: dict[int, list[Standing]] = {}
        for standing in sorted(self.members, key=self._place):
            parted.setdefault(standing.experiment.blocks, []).append(standing)
        return parted

    def words(self, depth: int) -> str:
        """`for c from 0.02 to 1.3 except 0.1`: the values with which arms of this depth succeed.

        Values within the range that say nothing of the scale, since their runs ended in an error or
        do not tell, are named as such.
        """
        within = self._within(depth)
        if not within:
            return f"for no {self.axis}" + self._untold(depth)
        low, high = self._value(within[0]), self._value(within[-1])
        if len(within) == 1:
            return f"for {self.axis} = {low:.3g} alone"
        silent = [one for one in within if one.arm.verdict in ("failed", "undecided")]
        failing = [one for one in within if not one.succeeds and one not in silent]
        text = f"for {self.axis} from {low:.3g} to {high:.3g}"
        return text + self._except(failing) + self._unknown(silent)

    def broken(self, depth: int) -> bool:
        """Whether an arm between two that succeed at this depth does not."""
        return not all(standing.succeeds for standing in self._within(depth))

    def _within(self, depth: int) -> list[Standing]:
        """The arms of a depth from the first that succeeds to the last."""
        here = self.at_depths[depth]
        good = [place for place, standing in enumerate(here) if standing.succeeds]
        return here[good[0] : good[-1] + 1] if good else []

    def _except(self, failing: Sequence[Standing]) -> str:
        """` except 0.1 and 0.2`; how many they are where they are more than a sentence names."""
        if not failing:
            return ""
        if len(failing) > NAMED:
            return f" except {len(failing)} values between"
        return f" except {self._listed(failing)}"

    def _untold(self, depth: int) -> str:
        """` (all undecided)`: that no arm of a depth succeeds may be for want of steps."""
        here = self.at_depths[depth]
        undecided = sum(standing.undecided for standing in here)
        if undecided == len(here):
            return " (all undecided)"
        if undecided:
            return f" ({undecided} of {len(here)} undecided)"
        return ""

    def _unknown(self, silent: Sequence[Standing]) -> str:
        """` (unknown at 0.1)`, for arms whose runs do not tell."""
        if not silent:
            return ""
        if len(silent) > NAMED:
            return f" (unknown at {len(silent)} values between)"
        return f" (unknown at {self._listed(silent)})"

    def _listed(self, some: Sequence[Standing]) -> str:
        return listed([f"{self._value(standing):.3g}" for standing in some])

    def _place(self, standing: Standing) -> tuple[int, float]:
        return standing.experiment.blocks, self._value(standing)

    def _value(self, standing: Standing) -> float:
        return float(getattr(standing.experiment, self.axis))


def scale_range(standings: Sequence[Standing], differing: Sequence[str]) -> ScaleRange | None:
    """The largest group of arms that sweep a scale; None where no arms do.

    `differing` are the fields in which arms differ.
    """
    best: ScaleRange | None = None
    for axis in SCALES:
        for family in families(standings, (axis, "blocks"), LEAST, differing):
            least = LEAST if len(family.members) == len(standings) else MANY
            if len(family.values(axis)) < least:
                continue
            if best is None or len(family.members) > len(best.members):
                best = ScaleRange(family.arm, axis, family.members)
    return best


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
