"""The metrics of a run that are not read by a probe: its learning curve, its growth, its cost."""

import math
from collections.abc import Sequence

from resweep.nets.probes import Readings
from resweep.outcome import Epoch

GROWTHS = {  # log10 profile -> the metric that compares its last block with its first
    "log10_forward_second_moment": "log10_forward_growth",
    "log10_backward_second_moment": "log10_backward_growth",
    "log10_grad_norm": "log10_grad_norm_ratio",
}


def logarithms(readings: Readings) -> dict[str, float]:
    """log10 of the forward and backward growth and of the ratio of gradient norms.

    They are differences of the log10 profiles, which go on where the range of a dtype or of a
    double ends: forward from the first block to the last, the other two from the last to the first.
    A difference that is NaN (both ends infinite) is left out.
    """
    growths = {}
    for profile, metric in GROWTHS.items():
        values = readings.profiles.get(profile)
        if not values:
            continue
        start, end = values[0], values[-1]
        growth = end - start if metric == "log10_forward_growth" else start - end
        if not math.isnan(growth):
            growths[metric] = growth
    return growths


def cost(seconds: float, peak: int | None) -> dict[str, float]:
    """The metrics `seconds` and, where it is known, `peak_memory` in bytes."""
    if peak is None:
        return {"seconds": seconds}
    return {"seconds": seconds, "peak_memory": float(peak)}


def summary(curve: Sequence[Epoch], train_size: int, epochs: int) -> dict[str, float]:
    """The metrics of a learning curve of at most `epochs` epochs; none for an empty one.

    `final_accuracy` is that of the last epoch. A run that diverged before it has none, since what
    it had reached until then is not where it ended. The losses are those of the last epoch that it
    finished.

    Both speeds count training images over all finished epochs: `train_images_per_second` by the
    time of the training steps alone, `images_per_second` by that of whole epochs with their tests.
    """
    if not curve:
        return {}
    first, last = curve[0], curve[-1]
    images = len(curve) * train_size
    metrics = {
        "first_epoch_accuracy": first.test_accuracy,
        "final_accuracy": last.test_accuracy,
        "train_loss": last.train_loss,
        "test_loss": last.test_loss,
        "images_per_second": images / sum(e.seconds for e in curve),
        "train_images_per_second": images / sum(e.train_seconds for e in curve),
    }
    if len(curve) < epochs:
        del metrics["final_accuracy"]
    return metrics
