"""Where an untrained network is not finite, from the readings of the probes."""

import math
from collections.abc import Sequence

from resweep.nets.probes import Readings


def explosion(readings: Readings) -> str:
    """Which number at step 0 is not finite, in words; "" where all are.

    States come first, then the loss, then gradients; the first such block is named.
    """
    block = first_non_finite(readings.profiles["forward_second_moment"])
    if block is not None:
        return f"non-finite activation at block {block}, step 0"
    if not math.isfinite(readings.metrics["initial_loss"]):
        return "non-finite loss, step 0"
    block = first_non_finite(readings.profiles["grad_norm"])
    if block is not None:
        return f"non-finite gradient at block {block + 1}, step 0"
    return ""


def first_non_finite(series: Sequence[float]) -> int | None:
    """The index of the first infinity or NaN in `series`, None where all numbers are finite."""
    return next((i for i, x in enumerate(series) if not math.isfinite(x)), None)
