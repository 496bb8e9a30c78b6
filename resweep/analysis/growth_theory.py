"""Predicted growth beside measured growth, over all blocks of a network."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from resweep.analysis.agreement import beyond, ratio_of_logs
from resweep.analysis.compare import ArmSummary, Comparison, PredictedGrowth
from resweep.analysis.typical import typical
from resweep.errors import ResweepError
from resweep.experiment import Experiment
from resweep.outcome import Outcome

LAST = {"forward": -1, "backward": 0}  # where a series ends: at the last state, or at the first
# For normal values, the standard error of a median is this many times that of the mean.
MEDIAN_TO_MEAN = math.sqrt(math.pi / 2)


class StemMoments(NamedTuple):
    """Where the recursion starts: mean and second moment measured at the stem's output.

    `size` is the (H, W) of the images.
    """

    mean: float
    second: float
    size: tuple[int, int]


def stem_moments(outcome: Outcome) -> StemMoments | None:
    """The moments that a run measured at its stem; None where the run or its probes lack them."""
    size = outcome.provenance.get("image_size")
    if not size or not {"forward_mean", "forward_second_moment"} <= outcome.profiles.keys():
        return None
    mean = outcome.profiles["forward_mean"][0]
    second = outcome.profiles["forward_second_moment"][0]
    return StemMoments(mean, second, (size[0], size[1]))


def with_predictions(comparison: Comparison, stems: Sequence[StemMoments | None]) -> Comparison:
    """`comparison` with a predicted growth for every arm whose entry in `stems` is not None.

    An arm whose network theory does not describe is given the reason instead.
    """
    pairs = zip(comparison.arms, stems, strict=True)
    arms = tuple(_with_prediction(arm, stem) for arm, stem in pairs)
    return replace(comparison, arms=arms)


def _with_prediction(arm: ArmSummary, stem: StemMoments | None) -> ArmSummary:
    if stem is None:
        return arm
    try:
        return replace(arm, predicted=predicted_growth(arm, stem))
    except ResweepError as reason:
        return replace(arm, unpredicted=str(reason))


def predicted_growth(arm: ArmSummary, stem: StemMoments) -> PredictedGrowth | None:
    """The predicted growth of `arm`; None for an arm without runs.

    Raises ResweepError, with the reason, for a network that theory does not describe.

    The measured growth is a median over n runs. Its standard error is 1.25 sd / sqrt(n) for three
    runs or more, and sd / sqrt(n) for one or two, where the median is the mean.
    """
    if arm.experiment is None:
        return None
    runs = max(sum(n for status, n in arm.statuses.items() if status != "error"), 1)
    precision = math.sqrt(runs)
    if runs > 2:
        precision /= MEDIAN_TO_MEAN
    return _growth(arm.experiment, stem, arm, precision)


def _growth(
    experiment: Experiment, stem: StemMoments, arm: ArmSummary, precision: float
) -> PredictedGrowth:
    """Predicted growths, and measured / predicted.

    A median over runs is compared with the predicted median, or with the mean where theory does not
    know the law over seeds. The spread is that of one run; it is divided by `precision`.
    """
    from resweep.nets.theory import predict  # loads numpy

    theory = typical(vars(predict(experiment, mean=stem.mean, second=stem.second, size=stem.size)))
    forward = _way(theory, "forward", arm.log10_forward_growth, precision)
    backward = _way(theory, "backward", arm.log10_backward_growth, precision)
    return PredictedGrowth(
        log10_forward_growth=forward.log10,
        log10_backward_growth=backward.log10,
        forward_ratio=forward.ratio,
        backward_ratio=backward.ratio,
        forward_outside=forward.outside,
        backward_outside=backward.outside,
        forward_unpredicted=theory["forward_unpredicted"],
        backward_unpredicted=theory["backward_unpredicted"],
    )


class _Way(NamedTuple):
    """One direction: its predicted growth, measured / predicted, and whether chance explains it."""

    log10: float | None = None
    ratio: float | None = None
    outside: bool | None = None


def _way(theory: Mapping[str, Any], way: str, measured: float | None, precision: float) -> _Way:
    """One direction of the growth; all None where it is withheld."""
    series, deviations = theory[f"log10_{way}_second_moment"], theory[f"{way}_log_sd"]
    if series is None:
        return _Way()
    growth = _over_all(series, way)
    ratio = _ratio(measured, growth)
    outside = None
    if ratio is not None and deviations:
        outside = beyond(ratio, deviations[LAST[way]] / precision)
    return _Way(growth, ratio, outside)


def _over_all(series: Sequence[float], way: str) -> float:
    """log10 of the growth over all blocks, from the first state or from the last delta."""
    return series[-1] - series[0] if way == "forward" else series[0] - series[-1]


def _ratio(measured: float | None, predicted: float) -> float | None:
    """Measured / predicted growth from their log10, None where that is undefined."""
    if measured is None:
        return None
    distance = measured - predicted
    return None if math.isnan(distance) else ratio_of_logs(distance)
