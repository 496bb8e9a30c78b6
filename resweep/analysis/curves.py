"""Learning curves of an arm: mean and spread over its runs, epoch by epoch."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from resweep.outcome import Outcome

METRICS = ("train_loss", "test_loss", "test_accuracy")


@dataclass(frozen=True)
class LearningCurve:
    """Mean and sample standard deviation over runs of `metric`, a field of Epoch.

    `mean`, `std` and `n` have one entry for each of `epochs`: a run counts there if its value is
    finite, `n` says how many do, and `std` is None where only one does. `runs` holds the curve of
    each run by its seed, with nan where the run has no finite value.
    """

    arm: str
    metric: str
    epochs: tuple[int, ...]
    mean: tuple[float, ...]
    std: tuple[float | None, ...]
    n: tuple[int, ...]
    runs: dict[int, tuple[float, ...]]


def learning_curve(arm: str, outcomes: Sequence[Outcome], metric: str) -> LearningCurve | None:
    """The learning curve of one arm; None where no run has a finite value of `metric`."""
    by_seed = {outcome.experiment.seed: _finite(outcome, metric) for outcome in outcomes}
    epochs = tuple(sorted(set().union(*by_seed.values())))
    if not epochs:
        return None
    columns = []
    for epoch in epochs:
        columns.append([curve[epoch] for curve in by_seed.values() if epoch in curve])
    runs = {}
    for seed, curve in sorted(by_seed.items()):
        if curve:
            runs[seed] = tuple(curve.get(epoch, math.nan) for epoch in epochs)
    return LearningCurve(
        arm=arm,
        metric=metric,
        epochs=epochs,
        mean=tuple(fmean(values) for values in columns),
        std=tuple(stdev(values) if len(values) > 1 else None for values in columns),
        n=tuple(len(values) for values in columns),
        runs=runs,
    )


def _finite(outcome: Outcome, metric: str) -> dict[int, float]:
    """The finite values of `metric` in the run's curve, by epoch."""
    pairs = ((epoch.epoch, getattr(epoch, metric)) for epoch in outcome.curve)
    return {epoch: value for epoch, value in pairs if math.isfinite(value)}
