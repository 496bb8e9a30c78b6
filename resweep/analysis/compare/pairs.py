"""Two arms seed by seed, with what rounding alone may have made of their difference."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from resweep.stats import student_t

ULPS = 3


class Pair(NamedTuple):
    """What two arms reached with one seed.

    `difference` is ours - theirs, 0 where rounding alone, at most `rounding`, explains it.
    """

    ours: float
    theirs: float
    difference: float
    rounding: float


def paired(ours: Mapping[int, float], theirs: Mapping[int, float]) -> list[Pair]:
    """One Pair for each common seed.

    Each operand is a quotient of rounded numbers, good to an ulp. Their difference adds half an
    ulp, and its mean another. A difference within that error is 0.
    """
    pairs = []
    for seed, value in ours.items():
        if seed not in theirs:
            continue
        reference = theirs[seed]
        rounding = ULPS * math.ulp(max(abs(value), abs(reference)))
        difference = _zero_within(value - reference, rounding)
        pairs.append(Pair(value, reference, difference, rounding))
    return pairs


def mean_difference(pairs: Sequence[Pair]) -> float:
    """The mean difference of one pair or more, 0 where rounding alone explains it."""
    mean = student_t.mean([pair.difference for pair in pairs])
    return _zero_within(mean, max(pair.rounding for pair in pairs))


def _zero_within(value: float, rounding: float) -> float:
    return 0.0 if abs(value) <= rounding else value
