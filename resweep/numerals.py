"""Numbers as people, files and programs write them, each read into one form.

A number may come as a text that was typed, as a TOML or JSON value, or from NumPy. All ways to
write the same number give the same Python value, and so the same key of an experiment. Whatever is
no number is refused, a truth value among them, although Python counts `True` as 1.

`shown`, `counted` and `shortened` are the way back, to what people read.
"""

import math
import re
from collections.abc import Iterable
from decimal import Decimal
from numbers import Integral, Real

DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,6})?", re.ASCII)
NOT_FINITE = re.compile(r"[+-]?(inf|infinity|nan)", re.ASCII | re.IGNORECASE)
MOST_DIGITS = 40  # of a whole number; all bounds are far below
SHOWN = 60  # characters of a value that a message repeats
LONG = re.compile(r"(?<![\w.])\d+\.\d{4,}(?:e[+-]?\d+)?(?![\w.])")
LEAST, ALL = 3, 17  # significant digits: what a reader wants, and what a double has


def whole(written: object) -> int:
    """Return the whole number that `written` denotes: 3, 3.0, "3", "3.0" and "3e0" are one.

    Raises ValueError for everything that is not a whole number.
    """
    number: Decimal | None = None
    if isinstance(written, str):
        text = written.strip()
        number = Decimal(text) if DECIMAL.fullmatch(text) else None
    elif isinstance(written, Integral) and not isinstance(written, bool):
        return int(written)
    elif isinstance(written, Real) and not isinstance(written, bool) and math.isfinite(written):
        number = Decimal(float(written))
    if number is None:
        raise ValueError("input should be a valid integer")
    if number.adjusted() > MOST_DIGITS:
        raise ValueError(f"input should be an integer of at most {MOST_DIGITS} digits")
    if number != number.to_integral_value():
        raise ValueError("input should be a valid integer, got a number with a fractional part")
    return int(number)


def real(written: object) -> float:
    """Return the number that `written` denotes, as a float; minus zero becomes zero.

    A text may be infinite or not a number (`inf`, `nan`), and one that is too large is infinite.
    Raises ValueError for everything that is not a number.
    """
    if isinstance(written, str):
        text = written.strip()
        if not (DECIMAL.fullmatch(text) or NOT_FINITE.fullmatch(text)):
            raise ValueError("input should be a valid number")
        return float(text) + 0.0
    if not isinstance(written, Real) or isinstance(written, bool):
        raise ValueError("input should be a valid number")
    try:
        return float(written) + 0.0  # -0.0 + 0.0 is 0.0
    except OverflowError:
        return math.inf if abs(written) == written else -math.inf


def shown(value: object, most: int = SHOWN) -> str:
    """Return a value as a message repeats it: on one line, and cut to `most` characters."""
    try:
        text = str(value)
    except ValueError:  # an integer of more digits than Python prints
        return "a number of thousands of digits"
    if not text.isprintable():
        text = repr(text)
    if len(text) > most:
        return f"{text[:most]}... ({len(text):,} characters)"
    return text


def counted(count: int, word: str, plural: str = "") -> str:
    """Return how many there are of something: 1 run, 1,000 runs, 2 studies."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {plural or word + 's'}"


def shortened(texts: Iterable[str]) -> list[str]:
    """Return the texts with long decimal numbers, such as c=0.0171907220185, in three digits.

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
