"""What captions of charts have in common."""

from collections.abc import Sequence


def counts(arms: Sequence[tuple[str, int]]) -> str:
    """How many runs stand behind the lines, from pairs of an arm and its number of runs.

    `n = 3 each` where the numbers are equal, each arm's own number where they differ and the arms
    are few, else their range.
    """
    least = min(n for _, n in arms)
    most = max(n for _, n in arms)
    if least == most:
        return f"n = {least} each" if len(arms) > 1 else f"n = {least}"
    if len(arms) > 3:
        return f"n = {least} to {most}"
    return ", ".join(f"{arm} n = {n}" for arm, n in arms)
