"""Axes: round numbers to mark them by, and how these are written."""

import math
from collections.abc import Iterator, Sequence

from resweep.report.charts.chart import Axis
from resweep.report.numbers import from_log10, number

Tick = tuple[float, str]
DOUBLE = 300  # decades that a double holds, about
ROUNDING = 1e-6  # relative differences of float32 that are none
LEAST = 1e-12  # what is as small is 0
FINE = 4  # decades over which more than powers of ten may be marked


def marks(axis: Axis, low: float, high: float, most: int = 6) -> Sequence[Tick]:
    """The marks of an axis within [low, high]: its own, or at most `most` round ones."""
    return axis.marks or ticks(low, high, axis.log, most, axis.whole)


def ticks(low: float, high: float, log: bool, most: int = 6, whole: bool = False) -> list[Tick]:
    """At most `most` round marks within [low, high], as pairs of a coordinate and its text.

    With `log`, coordinates are log10 of the values: 1, 2 and 5 of each decade are marked where they
    are three or more, over more decades whole powers of ten, over fewer round values in even steps.
    With `whole`, only whole numbers are marked.
    """
    least = float(whole)
    if not log:
        return _linear(low, high, most, least)
    fine = _fine(low, high)
    if 3 <= len(fine) <= most:
        return fine
    if high - low >= 1.5:
        return _powers(low, high, most)
    if max(abs(low), abs(high)) > DOUBLE:
        return [(mark, from_log10(mark)) for mark in (low, high)]
    values = _linear(10**low, 10**high, most, least)
    return [(math.log10(value), text) for value, text in values if value > 0]


def _linear(low: float, high: float, most: int, least: float) -> list[Tick]:
    """Round marks that are `least` apart or more."""
    span = (high - low) or abs(high) or 1.0
    magnitude = 10.0 ** math.floor(math.log10(span / most))
    step = next(m * magnitude for m in (1, 2, 5, 10, 20) if span / (m * magnitude) < most)
    step = max(step, least)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(i * step, plain(i * step, step)) for i in range(first, last + 1)]


def _fine(low: float, high: float) -> list[Tick]:
    """1, 2 and 5 of each decade; none over more decades than have room for them."""
    places: list[Tick] = []
    if high - low > FINE:
        return places
    for exponent in range(math.floor(low), math.ceil(high) + 1):
        for digit in (1, 2, 5):
            at = exponent + math.log10(digit)
            if low - 1e-9 <= at <= high + 1e-9:
                places.append((at, decade(exponent, digit)))
    return places


def _powers(low: float, high: float, most: int) -> list[Tick]:
    step = next(decades for decades in _steps() if (high - low) / decades < most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(float(i * step), decade(i * step)) for i in range(first, last + 1)]


def padded(low: float, high: float, share: float = 0.04) -> tuple[float, float]:
    """The interval with a margin of `share` of its length on each side, never empty.

    Values that differ by rounding are one value: identity networks keep a moment to 16 digits.
    """
    size = max(abs(low), abs(high))
    margin = 1.0
    if high - low > max(ROUNDING * size, LEAST):
        margin = (high - low) * share
    elif size > LEAST:
        margin = size * 0.1
    return low - margin, high + margin


def decade(exponent: int, digit: int = 1) -> str:
    """digit x 10^exponent in the fewest characters: 0.01, 1, 200, 1e44."""
    return f"{digit * 10.0**exponent:g}" if -3 < exponent < 4 else f"{digit}e{exponent}"


def plain(value: float, step: float) -> str:
    """The text of a mark, with as many decimals as the step between marks needs."""
    if value and not 1e-3 <= abs(value) < 1e5:
        return number(value)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{value:.{decimals}f}"


def _steps() -> Iterator[int]:
    """1, 2, 5, 10, 20, 50, ..."""
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10
