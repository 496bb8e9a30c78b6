"""Sparklines: a curve in one line of text."""

import math
from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"
DIGITS = "0123456789"


def spark(values: Sequence[float], ascii_only: bool = False) -> str:
    """One bar a value between the lowest and the highest, `x` where it is not finite; digits 0 to 9 in ASCII."""
    bars = DIGITS if ascii_only else BARS
    finite = [v for v in values if math.isfinite(v)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    span = (high - low) or 1.0
    return "".join(bars[round((v - low) / span * (len(bars) - 1))] if math.isfinite(v) else "x" for v in values)
