"""Two arms seed by seed, with what rounding alone may have made of their difference."""

import math
from collections.abc import Mapping
from typing import NamedTuple

from resweep.stats import student_t

ULPS = 3


class Pairs(NamedTuple):
    """What two arms reached with each of their common seeds.

    `differences` are ours - theirs, 0 where rounding alone explains it, and `rounding` is the most
    that it explains of any.
    """

    ours: list[float]
    theirs: list[float]
    differences: list[float]
    rounding: float

    @property
    def n(self) -> int:
        """How many common seeds there are."""
        return len(self.differences)


def paired(ours: Mapping[int, float], theirs: Mapping[int, float]) -> Pairs:
    """The pairs of two arms, seed by seed.

    Each operand is a quotient of rounded numbers, good to an ulp. Their difference adds half an
    ulp, and its mean another. A difference within that error is 0.
    """
    seeds = [seed for seed in ours if seed in theirs]
    a, b = [ours[seed] for seed in seeds], [theirs[seed] for seed in seeds]
    differences = [x - y for x, y in zip(a, b, strict=True)]
    rounding = _rounding(max(map(abs, (*a, *b)), default=0.0))
    if any(0 < abs(difference) <= rounding for difference in differences):
        differences = [_difference(x, y) for x, y in zip(a, b, strict=True)]
    return Pairs(a, b, differences, rounding)


def mean_difference(pairs: Pairs) -> float:
    """The mean difference of one pair or more, 0 where rounding alone explains it."""
    return _zero_within(student_t.mean(pairs.differences), pairs.rounding)


def _difference(x: float, y: float) -> float:
    return _zero_within(x - y, _rounding(max(abs(x), abs(y))))


def _rounding(largest: float) -> float:
    return ULPS * math.ulp(largest)


def _zero_within(value: float, rounding: float) -> float:
    return 0.0 if abs(value) <= rounding else value
