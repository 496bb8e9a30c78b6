"""The test of one difference between two arms, chosen by their runs and not by what they reached.

    a run of either arm failed    permutation of the runs between the arms, exact for up to 8 seeds;
                                  where one arm never failed and the other always, the bound
                                  2 / 4^n of the chance that equal arms part so
    5 common seeds or more        paired t test
    fewer, and spreads alike      t test with the error pooled over the arms of the comparison
    fewer, and spreads not        paired t test

A failed run counts at chance, so that its arm's values lie in two heaps. Student's t is not made
for that: with few seeds one heap is often missing, and the interval then has next to no width.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from resweep.analysis.compare.pairs import Pair, mean_difference, paired
from resweep.analysis.compare.records import IntervalMethod, Test
from resweep.analysis.compare.success import Counted
from resweep.stats import bootstrap, permutation, student_t
from resweep.stats.pooled import Pool

PAIRED = 5  # common seeds from which the paired t test has degrees of freedom enough
EXACT = permutation.EXACT  # seeds up to which the permutation test counts every way
BOOTSTRAPPED = bootstrap.ENOUGH  # runs from which the bootstrap is used where it is asked for


class Tested(NamedTuple):
    """A mean difference over `n` common seeds and what its test gives.

    `p` is not yet corrected for the number of tests. `least` is the smallest p that the test could
    have given for as many seeds. Both are None without a test, and where an interval decides.
    """

    n: int
    mean: float | None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    least: float | None = None
    test: Test = "none"
    df: int | None = None


def interval(
    values: Sequence[float], confidence: float, method: IntervalMethod
) -> tuple[float, float] | tuple[None, None]:
    """The interval of the mean of `values` by `method`.

    It is Student's t also with the bootstrap where that would cover too little, below
    `BOOTSTRAPPED` values.
    """
    if method == "bootstrap" and len(values) >= BOOTSTRAPPED:
        return bootstrap.interval(values, confidence)
    return student_t.interval(values, confidence)


def tested(
    ours: Counted, theirs: Counted, shared: Pool | None, level: float, method: IntervalMethod
) -> Tested:
    """The difference ours - theirs with its interval at `level`, and its test.

    `shared` is the pooled error if both arms belong to it.
    """
    if not (ours.comparable and theirs.comparable):
        return Tested(0, None)
    pairs = paired(ours.every, theirs.every)
    if not pairs:
        return Tested(0, None)
    if ours.failed or theirs.failed:
        return _permuted(pairs, ours, theirs)
    if method == "bootstrap" and len(pairs) >= BOOTSTRAPPED:
        low, high = bootstrap.interval([pair.difference for pair in pairs], level)
        return Tested(len(pairs), mean_difference(pairs), low, high, test="bootstrap")
    if shared is not None and len(pairs) < PAIRED:
        return _pooled(pairs, shared, level)
    return _paired(pairs, level)


def _paired(pairs: Sequence[Pair], level: float) -> Tested:
    values = [pair.difference for pair in pairs]
    mean, p = mean_difference(pairs), student_t.paired(values)
    if p is None:
        return Tested(len(pairs), mean)
    low, high = student_t.interval(values, level)
    return Tested(len(pairs), mean, low, high, p, 0.0, "paired t", len(pairs) - 1)


def _pooled(pairs: Sequence[Pair], shared: Pool, level: float) -> Tested:
    """The t test of two means that both have the variance s²/n, with the pooled s².

    It does not use that both arms had the same seeds. Where these make both arms good or bad
    together, as the same batches do, it errs to the safe side.
    """
    mean = mean_difference(pairs)
    error = shared.deviation * math.sqrt(2 / len(pairs))
    reach = student_t.quantile((1 + level) / 2, shared.df) * error
    p = student_t.p_value(mean, error, shared.df)
    return Tested(len(pairs), mean, mean - reach, mean + reach, p, 0.0, "pooled t", shared.df)


def _permuted(pairs: Sequence[Pair], ours: Counted, theirs: Counted) -> Tested:
    """The permutation test; it gives no interval, since failures are no shift of the others."""
    n = len(pairs)
    least = permutation.least(n)
    mean = mean_difference(pairs)
    if _part(ours, theirs) or _part(theirs, ours):
        p = min(least, permutation.apart(n))
        return Tested(n, mean, p=p, least=p, test="permutation")
    p = permutation.two_sided([pair.ours for pair in pairs], [pair.theirs for pair in pairs])
    return Tested(n, mean, p=p, least=least, test="permutation")


def _part(these: Counted, those: Counted) -> bool:
    """Whether over their common seeds all of these runs succeeded and all of those failed."""
    common = these.every.keys() & those.every.keys()
    return not common & these.failed and common <= those.failed
