"""The status of a run (exploded, vanished, trapped or ok), decided from measured numbers alone."""

import math
from collections.abc import Mapping, Sequence

import torch

from resweep.nets.network import DTYPES
from resweep.nets.probes import Readings
from resweep.outcome import Epoch, Status

LOSS_MARGIN = 0.01  # nats below ln K at which a network counts as having learned something


def at_start(readings: Readings, precision: str) -> tuple[Status, str]:
    """The status of an untrained network, and a sentence that says where it went wrong.

    exploded  a state, the loss or a gradient is not finite; the first such block is named
    vanished  no gradient reaches the smallest normal number of the network's dtype
    ok        otherwise, with an empty sentence
    """
    profiles: Mapping[str, Sequence[float]] = readings.profiles
    block = first_non_finite(profiles["forward_second_moment"])
    if block is not None:
        return "exploded", f"non-finite activation at block {block}, step 0"
    if not math.isfinite(readings.metrics["initial_loss"]):
        return "exploded", "non-finite loss, step 0"
    block = first_non_finite(profiles["grad_norm"])
    if block is not None:
        return "exploded", f"non-finite gradient at block {block + 1}, step 0"
    if readings.metrics["largest_gradient"] < torch.finfo(DTYPES[precision]).tiny:
        return "vanished", "every gradient is zero or subnormal, step 0"
    return "ok", ""


def after_training(epoch: Epoch, classes: int, test_images: int) -> tuple[Status, str]:
    """The status of a network that has been trained without diverging, and a sentence about it.

    It is trapped if neither accuracy nor loss is better than a constant guess over K classes and N
    test images: accuracy <= 1/K + 3 sqrt((1/K)(1 - 1/K)/N) and test loss >= ln K - 0.01 nats (Taki
    2017, Sec. 4: the plateau). Otherwise it is ok.
    """
    chance = 1 / classes
    bar = chance + 3 * math.sqrt(chance * (1 - chance) / test_images)
    if epoch.test_accuracy <= bar and epoch.test_loss >= math.log(classes) - LOSS_MARGIN:
        detail = f"accuracy {epoch.test_accuracy:.3f} is chance, test loss {epoch.test_loss:.3g}"
        return "trapped", detail
    return "ok", ""


def first_non_finite(series: Sequence[float]) -> int | None:
    """The index of the first infinity or NaN in `series`, None where all numbers are finite."""
    return next((i for i, x in enumerate(series) if not math.isfinite(x)), None)
