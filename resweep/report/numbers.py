"""Numbers as a reader wants them: 3 significant digits, words for inf, a dash for nothing."""

import math
from typing import Any

from resweep.report.marks import OUTSIDE

DASH = "–"


def number(value: float | None, digits: int = 3, plus: bool = False) -> str:
    """Return `value` with `digits` significant digits, in scientific notation from 1e5 on.

    For example 0.434, 543 and 2.60e44. With `plus`, positive values have a sign too.
    """
    if value is None:
        return DASH
    sign = "+" if plus else ""
    if value == 0:
        return "0"
    if not math.isfinite(value):
        return f"{value:{sign}g}"
    mantissa, exponent = f"{value:{sign}.{digits - 1}e}".split("e")
    power = int(exponent)
    if -4 < power < 5:
        rounded = float(f"{mantissa}e{power}")
        return f"{rounded:{sign}.{max(0, digits - 1 - power)}f}"
    return f"{mantissa}e{power}"


def fixed(value: float | None, plus: bool = False) -> str:
    """Return `value` with 3 decimals, as accuracies and losses are read.

    Values that 3 decimals would hide, and those from 100 on, are written as `number` does.
    """
    if value is None or not (value == 0 or 5e-4 <= abs(value) < 100):
        return number(value, plus=plus)
    sign = "+" if plus and value else ""
    return f"{value:{sign}.3f}"


def from_log10(exponent: float | None) -> str:
    """Return 10^`exponent` as `number` writes it, also far beyond what a double can hold."""
    if exponent is None or math.isnan(exponent) or exponent == math.inf:
        return number(exponent)
    if exponent == -math.inf:
        return "0"
    if abs(exponent) <= 300:
        return number(10**exponent)
    power = math.floor(exponent + 2.2e-3)  # 9.995 and more would round to a mantissa of 10.00
    return f"{10 ** (exponent - power):.2f}e{power}"


def ratio(value: float | None) -> str:
    """Return a ratio as it is spoken: 12 -> 12:1, 1/12 -> 1:12."""
    if value is None or not 0 < value < math.inf:
        return number(value)
    if value >= 1:
        return f"{number(value, 2)}:1"
    return f"1:{number(1 / value, 2)}"


def compared(value: float | None, outside: bool | None) -> str:
    """Return measured / predicted, with a star where chance over seeds does not explain it."""
    return number(value) + OUTSIDE if outside else number(value)


def times(value: float | None) -> str:
    """Return a cost relative to another: 1.00x, 0.25x."""
    return DASH if value is None else f"{number(value)}x"


def plus_minus(mean: float | None, deviation: float | None) -> str:
    """Return mean ± deviation, or the mean alone where one run leaves no deviation."""
    if deviation is None:
        return fixed(mean)
    return f"{fixed(mean)} ± {fixed(deviation)}"


def interval(low: float | None, high: float | None, decimals: int | None = None) -> str:
    """Return [low, high], a dash where there is no interval.

    Both ends are written as `fixed` does, or with as many `decimals` as are asked for.
    """
    if low is None or high is None:
        return DASH
    if decimals is not None:
        return f"[{low:.{decimals}f}, {high:.{decimals}f}]"
    return f"[{fixed(low)}, {fixed(high)}]"


def setting(value: Any) -> str:
    """Return a value that somebody set, in the fewest characters that read back as the same.

    For example 2, 0.001 and adam.
    """
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)
