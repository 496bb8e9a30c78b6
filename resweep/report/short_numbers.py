"""Settings such as c=0.017190722018585746 in as many digits as a reader needs."""

import re
from collections.abc import Iterable

LONG = re.compile(r"(?<![\w.])\d+\.\d{4,}(?:e[+-]?\d+)?(?![\w.])")
LEAST, ALL = 3, 17  # significant digits: what a reader wants, and what a double has


def shortened(texts: Iterable[str]) -> list[str]:
    """The texts with long decimal numbers in three significant digits.

    In more digits where some that differ would look alike.
    """
    whole = list(texts)
    distinct = len(set(whole))
    for digits in range(LEAST, ALL):
        short = [_rounded(text, digits) for text in whole]
        if len(set(short)) == distinct:
            return short
    return whole


def _rounded(text: str, digits: int) -> str:
    return LONG.sub(lambda number: f"{float(number[0]):.{digits}g}", text)
