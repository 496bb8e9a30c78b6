"""Numbers as a reader wants them: 3 significant digits, scientific beyond 1e5, words for inf, a dash for nothing."""

import math
from typing import Any

DASH = "–"


def number(value: float | None, digits: int = 3, plus: bool = False) -> str:
    """`value` with `digits` significant digits: 0.434, 543, 2.60e44; `plus` writes the sign of positive values too."""
    if value is None:
        return DASH
    sign = "+" if plus else ""
    if not math.isfinite(value) or value == 0:
        return f"{value:{sign}g}" if value else "0"
    mantissa, exponent = f"{value:{sign}.{digits - 1}e}".split("e")
    power = int(exponent)
    if -4 < power < 5:
        return f"{float(f'{mantissa}e{power}'):{sign}.{max(0, digits - 1 - power)}f}"
    return f"{mantissa}e{power}"


def fixed(value: float | None, plus: bool = False) -> str:
    """`value` with 3 decimals, as accuracies and losses are read; as `number` where those would hide or drown it."""
    if value is None or not (value == 0 or 5e-4 <= abs(value) < 100):
        return number(value, plus=plus)
    return f"{value:{'+' if plus and value else ''}.3f}"


def from_log10(exponent: float | None) -> str:
    """10^exponent as `number` writes it, far beyond what a double can hold."""
    if exponent is None or math.isnan(exponent):
        return number(exponent)
    if exponent < -300 or 300 < exponent < math.inf:
        if exponent == -math.inf:
            return "0"
        power = math.floor(exponent + 2.2e-3)  # 9.995 and more would round to a mantissa of 10.00
        return f"{10 ** (exponent - power):.2f}e{power}"
    return number(10**exponent if exponent < math.inf else exponent)


def ratio(value: float | None) -> str:
    """A ratio in words: 12 -> 12:1, 1/12 -> 1:12."""
    if value is None or not 0 < value < math.inf:
        return number(value)
    return f"{number(value, 2)}:1" if value >= 1 else f"1:{number(1 / value, 2)}"


def times(value: float | None) -> str:
    """A cost beside another: 1.00x, 0.25x."""
    return DASH if value is None else f"{number(value)}x"


def plus_minus(mean: float | None, deviation: float | None) -> str:
    """mean ± deviation; the mean alone where one run leaves no deviation."""
    return fixed(mean) if deviation is None else f"{fixed(mean)} ± {fixed(deviation)}"


def interval(low: float | None, high: float | None) -> str:
    """[low, high], a dash where there is no interval."""
    return DASH if low is None or high is None else f"[{fixed(low)}, {fixed(high)}]"


def counted(count: int, word: str) -> str:
    """1 run, 1,000 runs."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def setting(value: Any) -> str:
    """A value somebody set, in the fewest characters that read back as the same: 2, 0.001, adam."""
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)
