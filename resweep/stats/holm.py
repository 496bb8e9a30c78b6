"""Several tests at once: p values corrected so that one false alarm among all of them stays at the nominal rate."""

from collections.abc import Sequence


def holm(p: Sequence[float | None]) -> list[float | None]:
    """Holm's step-down correction: the i-th smallest of m is max over j <= i of (m - j + 1) p_(j), at most 1.

    None, a test that could not be made, stays None but counts in m: it was asked for. (Holm 1979.)
    """
    made = sorted((value, i) for i, value in enumerate(p) if value is not None)
    found: list[float | None] = [None] * len(p)
    highest = 0.0
    for rank, (value, i) in enumerate(made):
        highest = max(highest, min(1.0, (len(p) - rank) * value))
        found[i] = highest
    return found
