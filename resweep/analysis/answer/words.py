"""Words of an answer: what arms do that succeed, and at which depths."""

from collections.abc import Sequence
from typing import NamedTuple

from resweep.analysis.answer.ranges import listed

DEPTHS = 6  # depths that a sentence lists


class Verb(NamedTuple):
    """What arms that succeed do: of one arm, and of several."""

    one: str
    several: str

    @property
    def infinitive(self) -> str:
        """What an arm does not do."""
        return self.several

    def of(self, count: int) -> str:
        """The form for `count` arms."""
        return self.one if count == 1 else self.several


def at(depths: Sequence[int]) -> str:
    """`L = 6 and 12`; of many depths how many they are."""
    if len(depths) > DEPTHS:
        return f"{len(depths)} depths from L = {depths[0]} to {depths[-1]}"
    return f"L = {listed([str(depth) for depth in depths])}"
