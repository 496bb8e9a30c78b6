"""Paired differences between arms, with intervals and tests corrected for their number."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from resweep.analysis.compare.records import CONFIDENCE, Difference, IntervalMethod
from resweep.stats import bootstrap, student_t
from resweep.stats.holm import holm

INTERVALS: dict[
    IntervalMethod,
    Callable[[Sequence[float], float], tuple[float, float] | tuple[None, None]],
] = {"t": student_t.interval, "bootstrap": bootstrap.interval}
ULPS = 3


class Pair(NamedTuple):
    """The difference that one seed gives, and the error that rounding alone may have made of it."""

    difference: float
    rounding: float


def differences(
    names: Sequence[str],
    columns: Sequence[Mapping[int, float]],
    references: Sequence[int],
    method: IntervalMethod,
) -> list[Difference | None]:
    """The difference of each arm to its reference arm, None for an arm that is its own reference.

    `columns` hold each arm's metric by seed, and `references` the index of the arm to which each is
    compared. Intervals and p values are corrected for the number of differences.
    """
    compared = [arm for arm, reference in enumerate(references) if reference != arm]
    pairs = [_paired(columns[arm], columns[references[arm]]) for arm in compared]
    p_values: list[float | None] = [None] * len(compared)
    if method == "t":
        p_values = holm([student_t.paired(_values(of_arm)) for of_arm in pairs])
    level = CONFIDENCE
    if compared:
        level = 1 - (1 - CONFIDENCE) / len(compared)
    result: list[Difference | None] = [None] * len(names)
    for arm, of_arm, p in zip(compared, pairs, p_values, strict=True):
        result[arm] = _difference(names[references[arm]], of_arm, p, level, method)
    return result


def _paired(ours: Mapping[int, float], theirs: Mapping[int, float]) -> list[Pair]:
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
        pairs.append(Pair(_zero_within(value - reference, rounding), rounding))
    return pairs


def _zero_within(value: float, rounding: float) -> float:
    """`value`, or 0 where rounding alone explains it."""
    return 0.0 if abs(value) <= rounding else value


def _values(pairs: Sequence[Pair]) -> list[float]:
    return [pair.difference for pair in pairs]


def _difference(
    to: str, pairs: Sequence[Pair], p: float | None, level: float, method: IntervalMethod
) -> Difference:
    values = _values(pairs)
    low, high = INTERVALS[method](values, level)
    mean = None
    if pairs:
        largest = max(pair.rounding for pair in pairs)
        mean = _zero_within(student_t.mean(values), largest)
    if method == "bootstrap":
        noise = low is None or high is None or low <= 0 <= high
    else:
        noise = p is None or p >= 1 - CONFIDENCE
    return Difference(to, len(pairs), mean, low, high, noise, p)
