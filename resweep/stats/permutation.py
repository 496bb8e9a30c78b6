"""The permutation test of two samples of equal size, exact where they are small.

Under the hypothesis that the two samples come from one distribution, every way of dealing the 2n
values to two samples of n is as likely as the one that was seen. The p value is the share of these
whose means differ by at least as much (Fisher 1935, Pitman 1937). It asks nothing of the
distribution, so that values which lie partly at chance and partly far above it are no harm. Of many
values the normal distribution with the variance of all deals stands for them.

NumPy is imported when a test is made, not with this module.
"""

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EXACT = 8  # values a sample: C(16, 8) = 12,870 ways; of larger samples some ways are drawn
MANY = 20  # values a sample beyond which the distribution over all ways is normal
DRAWN = 9999
MOST = 2_000_000  # sums that are held at once
SEED = 0
ROUNDING = 1e-12  # relative: sums that differ by less are equal


def two_sided(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The p value for the difference of the means of two samples of n ≥ 1 values each.

    It counts every way of dealing up to n = `EXACT`. Beyond, it is (1 + hits) / (1 + `DRAWN`) for
    ways drawn from a fixed seed, which is valid for any number of draws (Phipson and Smyth 2010).
    Beyond n = `MANY` it is that of the normal limit, with the variance n Σ x² / 2(2n - 1) of the
    sum of n of the 2n centred values x.
    Raises ValueError for samples that are empty or differ in size.
    """
    return each([(ours, theirs)])[0]


def each(samples: Sequence[tuple[Sequence[float], Sequence[float]]]) -> list[float]:
    """The p values of `two_sided` for many pairs of samples.

    Pairs of one size are counted together, in a tenth of the time that they take one by one.
    """
    found = [0.0] * len(samples)
    by_size: dict[int, list[int]] = {}
    for place, (ours, theirs) in enumerate(samples):
        n = len(ours)
        if n != len(theirs) or not n:
            raise ValueError(f"samples of {n} and {len(theirs)} values cannot be exchanged")
        if n > MANY:
            found[place] = _limit([*ours, *theirs], n)
        else:
            by_size.setdefault(n, []).append(place)
    for n, places in by_size.items():
        values = [[*samples[place][0], *samples[place][1]] for place in places]
        for place, p in zip(places, _counted(values, n), strict=True):
            found[place] = p
    return found


def _counted(rows: Sequence[Sequence[float]], n: int) -> Iterator[float]:
    """The p value of each row of 2n values, the first n of them one sample."""
    import numpy as np

    together = max(1, MOST // math.comb(2 * n, n)) if n <= EXACT else 1
    for start in range(0, len(rows), together):
        values = np.array(rows[start : start + together])
        values -= values.mean(axis=1, keepdims=True)
        seen = np.abs(values[:, :n].sum(axis=1)) - ROUNDING * np.abs(values).sum(axis=1)
        if n <= EXACT:
            hits = np.abs(values @ _ways(n).T) >= seen[:, None]
            yield from hits.mean(axis=1).tolist()
        else:
            hits = np.abs(values[0, _drawn(n)].sum(axis=1)) >= seen[0]
            yield (1 + int(hits.sum())) / (1 + DRAWN)


def least(n: int) -> float:
    """The smallest p value that the test can give for samples of n values."""
    if n <= EXACT:
        return 2 / math.comb(2 * n, n)
    return 1 / (1 + DRAWN) if n <= MANY else 0.0


def apart(n: int) -> float:
    """An upper bound of the probability that of two equal arms of n independent tries one succeeds
    in every try and the other in none.

    With the probability q of success it is 2 q^n (1 - q)^n, which is at most 2 / 4^n: no condition
    on the number of successes makes it smaller than that (Barnard 1945).
    """
    return 2 / 4.0**n


def _limit(values: Sequence[float], n: int) -> float:
    """The p value of the normal limit for the first n of 2n values."""
    middle = fmean(values)
    centred = [value - middle for value in values]
    squares = math.fsum([x * x for x in centred])
    if squares == 0:
        return 1.0
    error = math.sqrt(n * squares / (2 * (2 * n - 1)))
    return math.erfc(abs(math.fsum(centred[:n])) / error / math.sqrt(2))


@lru_cache(maxsize=EXACT)
def _ways(n: int) -> "NDArray[np.float64]":
    """One row a way of dealing: 1 for the values that go to the first sample, 0 for the others."""
    import numpy as np

    chosen = np.array(list(combinations(range(2 * n), n)))
    ways = np.zeros((len(chosen), 2 * n))
    np.put_along_axis(ways, chosen, 1.0, axis=1)
    return ways


@lru_cache(maxsize=32)
def _drawn(n: int) -> "NDArray[np.intp]":
    """`DRAWN` random choices of n of 2n places, from words of PCG64, the same in all versions."""
    import numpy as np

    words = np.random.PCG64(SEED).random_raw(DRAWN * 2 * n).reshape(DRAWN, 2 * n)
    return np.argsort(words, axis=1, kind="stable")[:, :n]
