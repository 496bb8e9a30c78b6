"""What a single run is expected to show: medians over seeds in place of means, where known.

Growths that are log-normal over seeds have a mean that few seeds reach, so a run, or a median over
runs, is compared with the predicted median.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

SCALED = {
    "forward": {"forward_second_moment": 2, "forward_variance": 2, "forward_mean": 1},
    "backward": {"backward_second_moment": 2},
}
LARGEST = 308.0  # log10 of a double


def typical(prediction: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a theory's Prediction, each series scaled from its mean to its median.

    A state of median size has its mean and variance in proportion.
    """
    fields = dict(prediction)
    for direction, powers in SCALED.items():
        medians = fields.get(f"log10_{direction}_median")
        logs = f"log10_{direction}_second_moment"
        if medians is None:
            continue
        shifts = [m - mean for m, mean in zip(medians, fields[logs], strict=True)]
        for name, power in powers.items():
            fields[name] = scaled(fields[name], shifts, power)
        fields[logs] = tuple(medians)
    return fields


def scaled(series: Sequence[float], shifts: Sequence[float], power: int) -> tuple[float, ...]:
    """The series, of moments of order `power`, for states that are 10^(shift / 2) as large."""
    pairs = zip(series, shifts, strict=True)
    return tuple(value * power_of_ten(power * shift / 2) for value, shift in pairs)


def power_of_ten(log: float) -> float:
    """10^log, within the range of a double."""
    return math.pow(10.0, min(LARGEST, max(-LARGEST, log)))
