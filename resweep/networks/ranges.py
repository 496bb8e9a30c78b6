"""Ranges among the values of an argument: 8..56:log4, 0.5..4:lin5, log:8..56:4, 1..5.

They are those of the axes of a sweep (`resweep.plans.axes`), but for their type: between whole ends
lie whole numbers, since no field says what the argument holds.
"""

import re

from resweep.errors import UsageError

NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
WRITTEN = re.compile(
    rf"(?:(?P<before>lin|log):)?(?P<low>{NUMBER})\.\.(?P<high>{NUMBER})"
    r"(?::(?P<scale>lin|log)?(?P<count>[0-9]{0,5}))?",
    re.ASCII,
)
WHOLE = re.compile(r"[+-]?[0-9]+", re.ASCII)
MOST = 10_000  # values of a range
DIGITS = 12  # that a number keeps


def spread(text: str) -> list[int] | list[float] | None:
    """Return the numbers of a range, both ends included; None for a text that is no range.

    Raises UsageError for a range that cannot be.
    """
    written = WRITTEN.fullmatch(text)
    if written is None:
        return None
    ends = float(written["low"]), float(written["high"])
    whole = bool(WHOLE.fullmatch(written["low"]) and WHOLE.fullmatch(written["high"]))
    scale, count = written["scale"] or written["before"], int(written["count"] or 0)
    if scale is None and not count and whole and 0 <= ends[1] - ends[0] < MOST:
        return list(range(int(ends[0]), int(ends[1]) + 1))
    if scale is None or not 2 <= count <= MOST:
        raise UsageError(
            f"argument range {text} cannot be read: write 8..56:log4, 8..56:lin4, "
            f"or 1..5 for all whole numbers between; at most {MOST:,} values"
        )
    if scale == "log" and min(ends) <= 0:
        raise UsageError(f"argument range {text} is logarithmic and lies above 0: use lin")
    values = []
    for place in (i / (count - 1) for i in range(count)):
        if scale == "log":
            values.append(ends[0] ** (1 - place) * ends[1] ** place)
        else:
            values.append((1 - place) * ends[0] + place * ends[1])
    if whole:
        return [round(value) for value in values]
    return [float(f"{value:.{DIGITS}g}") for value in values]
