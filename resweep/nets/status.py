"""The status of a run: exploded, vanished, trapped or ok, decided from numbers alone."""

import math
from collections.abc import Mapping, Sequence

import torch

from resweep.nets.network import DTYPES
from resweep.nets.probes import Readings
from resweep.outcome import Epoch, Status

LOSS_MARGIN = 0.01  # nats below ln K that count as having learned something


def at_start(readings: Readings, precision: str) -> tuple[Status, str]:
    """Status of an untrained network: exploded at the first non-finite state, gradient or loss; vanished where no
    weight's gradient reaches the smallest normal number of its dtype."""
    profiles: Mapping[str, Sequence[float]] = readings.profiles
    if (block := first_bad(profiles["forward_second_moment"])) is not None:
        return "exploded", f"non-finite activation at block {block}, step 0"
    if not math.isfinite(readings.metrics["initial_loss"]):
        return "exploded", "non-finite loss, step 0"
    if (block := first_bad(profiles["grad_norm"])) is not None:
        return "exploded", f"non-finite gradient at block {block + 1}, step 0"
    if readings.metrics["largest_gradient"] < torch.finfo(DTYPES[precision]).tiny:
        return "vanished", "every gradient is zero or subnormal, step 0"
    return "ok", ""


def after_training(epoch: Epoch, classes: int, test_images: int) -> tuple[Status, str]:
    """Status of a trained network whose numbers stayed finite.

    Trapped: test accuracy <= 1/K + 3 sqrt((1/K)(1 - 1/K)/N) and test loss >= ln K - 0.01, that is neither accuracy nor
    loss better than a constant guess (Taki 2017, Sec. 4: the plateau).
    """
    chance = 1 / classes
    bar = chance + 3 * math.sqrt(chance * (1 - chance) / test_images)
    if epoch.test_accuracy <= bar and epoch.test_loss >= math.log(classes) - LOSS_MARGIN:
        return (
            "trapped",
            f"accuracy {epoch.test_accuracy:.3f} is chance, test loss {epoch.test_loss:.3g}",
        )
    return "ok", ""


def first_bad(series: Sequence[float]) -> int | None:
    return next((i for i, x in enumerate(series) if not math.isfinite(x)), None)
