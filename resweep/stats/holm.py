"""Holm's correction of p values for the number of tests made at once."""

from collections.abc import Sequence


def holm(p: Sequence[float | None]) -> list[float | None]:
    """Corrected p values: rejecting those below a level makes a false alarm at most at that rate.

    The i-th smallest of m becomes the maximum over j <= i of (m - j + 1) p_(j), at most 1. None
    stands for a test that could not be made: it stays None but counts in m, since it was planned
    (Holm 1979, "A simple sequentially rejective multiple test procedure").
    """
    made = sorted((value, i) for i, value in enumerate(p) if value is not None)
    corrected: list[float | None] = [None] * len(p)
    highest = 0.0
    for rank, (value, i) in enumerate(made):
        highest = max(highest, min(1.0, (len(p) - rank) * value))
        corrected[i] = highest
    return corrected
