"""Axes: round numbers to mark them by, and how these are written."""

import math
from collections.abc import Iterator, Sequence

from resweep.report.charts.chart import Axis
from resweep.report.numbers import from_log10, number

Tick = tuple[float, str]
DOUBLE = 300  # decades that a double holds, about


def marks(axis: Axis, low: float, high: float, most: int = 6) -> Sequence[Tick]:
    """The marks of an axis within [low, high]: its own, or at most `most` round ones."""
    return axis.marks or ticks(low, high, axis.log, most, axis.whole)


def ticks(low: float, high: float, log: bool, most: int = 6, whole: bool = False) -> list[Tick]:
    """At most `most` round marks within [low, high], as pairs of a coordinate and its text.

    With `log`, coordinates are log10 of the values. Over more than 1.5 decades whole powers of ten
    are marked, over less the round values themselves. With `whole`, only whole numbers are marked.
    """
    least = float(whole)
    if not log:
        return _linear(low, high, most, least)
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


def _powers(low: float, high: float, most: int) -> list[Tick]:
    step = next(decades for decades in _steps() if (high - low) / decades < most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(float(i * step), decade(i * step)) for i in range(first, last + 1)]


def padded(low: float, high: float, share: float = 0.04) -> tuple[float, float]:
    """The interval with a margin of `share` of its length on each side, never empty."""
    margin = (high - low) * share or abs(high) * 0.1 or 1.0
    return low - margin, high + margin


def decade(exponent: int) -> str:
    """10^exponent in the fewest characters: 0.01, 1, 100, 1e44."""
    return f"{10.0**exponent:g}" if -3 < exponent < 4 else f"1e{exponent}"


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
