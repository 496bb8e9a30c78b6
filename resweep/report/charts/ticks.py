"""Axes: round numbers to mark them by, and how these are written."""

import math
from collections.abc import Iterator

from resweep.report.numbers import from_log10, number


def ticks(low: float, high: float, log: bool, most: int = 6) -> list[tuple[float, str]]:
    """At most `most` round marks within [low, high], as (coordinate, text); coordinates are log10 where `log`."""
    if log and high - low >= 1.5:
        decades = next(s for s in _steps() if (high - low) / s < most)
        lowest, highest = math.ceil(low / decades - 1e-9), math.floor(high / decades + 1e-9)
        marks = [i * decades for i in range(lowest, highest + 1)]
        return [(float(mark), decade(mark)) for mark in marks]
    if log and max(abs(low), abs(high)) > 300:
        return [(mark, from_log10(mark)) for mark in (low, high)]
    if log:
        return [
            (math.log10(value), text)
            for value, text in ticks(10**low, 10**high, False, most)
            if value > 0
        ]
    span = (high - low) or abs(high) or 1.0
    magnitude = 10.0 ** math.floor(math.log10(span / most))
    step = next(m * magnitude for m in (1, 2, 5, 10, 20) if span / (m * magnitude) < most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(i * step, plain(i * step, step)) for i in range(first, last + 1)]


def padded(low: float, high: float, share: float = 0.04) -> tuple[float, float]:
    """The interval with a margin, never empty."""
    margin = (high - low) * share or abs(high) * 0.1 or 1.0
    return low - margin, high + margin


def decade(exponent: int) -> str:
    """10^exponent in the fewest characters: 0.01, 1, 100, 1e44."""
    return f"{10.0**exponent:g}" if -3 < exponent < 4 else f"1e{exponent}"


def plain(value: float, step: float) -> str:
    """A mark with as many decimals as its step needs."""
    if value and not 1e-3 <= abs(value) < 1e5:
        return number(value)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{value:.{decimals}f}"


def _steps() -> Iterator[int]:
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10
