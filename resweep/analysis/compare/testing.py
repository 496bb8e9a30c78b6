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

from resweep.analysis.compare.pairs import Pairs, mean_difference, paired
from resweep.analysis.compare.records import CONFIDENCE, IntervalMethod, Test
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


class Contrast(NamedTuple):
    """Two arms set against each other; `shared` is the pooled error if both belong to it."""

    ours: Counted
    theirs: Counted
    shared: Pool | None


def interval(
    values: Sequence[float], mean: float, deviation: float, method: IntervalMethod
) -> tuple[float, float] | tuple[None, None]:
    """The 95% interval of the `mean` of two values or more of this `deviation`, by `method`.

    It is Student's t also with the bootstrap where that would cover too little, below
    `BOOTSTRAPPED` values.
    """
    if method == "bootstrap" and len(values) >= BOOTSTRAPPED:
        return bootstrap.interval(values, CONFIDENCE)
    return student_t.around(mean, deviation, len(values), CONFIDENCE)


def tested(contrasts: Sequence[Contrast], level: float, method: IntervalMethod) -> list[Tested]:
    """The difference of each contrast with its interval at `level`, and its test."""
    pairs = [_pairs(one) for one in contrasts]
    dealt = [place for place, one in enumerate(contrasts) if _is_dealt(one, pairs[place])]
    samples = [(pairs[place].ours, pairs[place].theirs) for place in dealt]
    p = dict(zip(dealt, permutation.each(samples), strict=True))
    found = []
    for place, one in enumerate(contrasts):
        if not pairs[place].n:
            found.append(Tested(0, None))
        elif one.ours.failed or one.theirs.failed:
            found.append(_permuted(pairs[place], p.get(place)))
        else:
            found.append(_of_means(pairs[place], one.shared, level, method))
    return found


def _pairs(contrast: Contrast) -> Pairs:
    """The common seeds of two arms; none where what a failed run counts is not known."""
    ours, theirs = contrast.ours, contrast.theirs
    if not (ours.comparable and theirs.comparable):
        return paired({}, {})
    return paired(ours.every, theirs.every)


def _is_dealt(contrast: Contrast, pairs: Pairs) -> bool:
    """Whether the p value is that of all ways of dealing the runs to the two arms."""
    ours, theirs = contrast.ours, contrast.theirs
    if not pairs.n or not (ours.failed or theirs.failed):
        return False
    return not (_part(ours, theirs) or _part(theirs, ours))


def _of_means(pairs: Pairs, shared: Pool | None, level: float, method: IntervalMethod) -> Tested:
    """The test of two arms without a failed run."""
    if method == "bootstrap" and pairs.n >= BOOTSTRAPPED:
        low, high = bootstrap.interval(pairs.differences, level)
        return Tested(pairs.n, mean_difference(pairs), low, high, test="bootstrap")
    if shared is not None and pairs.n < PAIRED:
        return _pooled(pairs, shared, level)
    return _paired(pairs, level)


def _paired(pairs: Pairs, level: float) -> Tested:
    mean, p = mean_difference(pairs), student_t.paired(pairs.differences)
    if p is None:
        return Tested(pairs.n, mean)
    low, high = student_t.interval(pairs.differences, level)
    return Tested(pairs.n, mean, low, high, p, 0.0, "paired t", pairs.n - 1)


def _pooled(pairs: Pairs, shared: Pool, level: float) -> Tested:
    """The t test of two means that both have the variance s²/n, with the pooled s².

    It does not use that both arms had the same seeds. Where these make both arms good or bad
    together, as the same batches do, it errs to the safe side.
    """
    mean = mean_difference(pairs)
    error = shared.deviation * math.sqrt(2 / pairs.n)
    reach = student_t.quantile((1 + level) / 2, shared.df) * error
    p = student_t.p_value(mean, error, shared.df)
    return Tested(pairs.n, mean, mean - reach, mean + reach, p, 0.0, "pooled t", shared.df)


def _permuted(pairs: Pairs, p: float | None) -> Tested:
    """The permutation test; it gives no interval, since failures are no shift of the others.

    Without the p value of all ways one arm never failed and the other always.
    """
    least = permutation.least(pairs.n)
    if p is None:
        p = least = min(least, permutation.apart(pairs.n))
    return Tested(pairs.n, mean_difference(pairs), p=p, least=least, test="permutation")


def _part(these: Counted, those: Counted) -> bool:
    """Whether over their common seeds all of these runs succeeded and all of those failed."""
    common = these.every.keys() & those.every.keys()
    return not common & these.failed and common <= those.failed
