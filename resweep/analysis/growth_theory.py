"""Growth that theory gives, beside the growth that was measured: over all blocks, with a mark where chance fails."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from resweep.analysis.agreement import beyond
from resweep.analysis.compare import ArmSummary, Comparison, PredictedGrowth
from resweep.errors import ResweepError
from resweep.experiment import Experiment
from resweep.outcome import Outcome

MEDIAN = math.sqrt(
    math.pi / 2
)  # standard error of a median of normal values over that of their mean


class Start(NamedTuple):
    """Where the recursion starts: mean and second moment measured at the stem's output, and the image's (H, W)."""

    mean: float
    second: float
    size: tuple[int, int]


def start(outcome: Outcome) -> Start | None:
    """The start of a run whose profiles were read; None where it has none."""
    size = outcome.provenance.get("image_size")
    if not size or not {"forward_mean", "forward_second_moment"} <= outcome.profiles.keys():
        return None
    return Start(
        outcome.profiles["forward_mean"][0],
        outcome.profiles["forward_second_moment"][0],
        (size[0], size[1]),
    )


def beside(comparison: Comparison, starts: Sequence[Start | None]) -> Comparison:
    """`comparison` with the prediction of every arm that has a start."""
    pairs = zip(comparison.arms, starts, strict=True)
    return replace(
        comparison, arms=tuple(replace(arm, predicted=of_arm(arm, begin)) for arm, begin in pairs)
    )


def of_arm(arm: ArmSummary, begin: Start | None) -> PredictedGrowth | None:
    """The prediction of an arm beside its medians, whose error is 1.25 sd / √n, and sd / √n for one run or two."""
    if begin is None or arm.experiment is None:
        return None
    runs = sum(n for status, n in arm.statuses.items() if status != "error")
    shrunk = math.sqrt(max(runs, 1)) / (MEDIAN if runs > 2 else 1)
    return growth(
        arm.experiment, begin, arm.log10_forward_growth, arm.log10_backward_growth, shrunk
    )


def growth(
    experiment: Experiment,
    begin: Start,
    forward: float | None,
    backward: float | None,
    shrunk: float,
) -> PredictedGrowth | None:
    """Theory's growths, and measured / predicted; None for a network that theory does not treat.

    The spread over seeds that theory gives for one run is divided by `shrunk` before the mark is set.
    """
    from resweep.nets.theory import predict  # numpy

    try:
        theory = predict(experiment, mean=begin.mean, second=begin.second, size=begin.size)
    except ResweepError:
        return None
    up = theory.log10_forward_second_moment[-1] - theory.log10_forward_second_moment[0]
    down = theory.log10_backward_second_moment[0] - theory.log10_backward_second_moment[-1]
    ratio = _ratio(forward, up)
    spread = theory.forward_log_sd[-1] if theory.forward_log_sd else None
    outside = None if ratio is None or spread is None else beyond(ratio, spread / shrunk)
    return PredictedGrowth(up, down, ratio, _ratio(backward, down), outside)


def _ratio(measured: float | None, predicted: float) -> float | None:
    if measured is None or math.isnan(predicted):
        return None
    distance = measured - predicted
    return None if math.isnan(distance) else 10.0**distance if distance < 300 else math.inf
