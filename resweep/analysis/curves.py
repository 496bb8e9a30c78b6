"""Outcomes -> LearningCurve: what an arm's runs have in common, epoch by epoch."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from resweep.outcome import Outcome

METRICS = ("train_loss", "test_loss", "test_accuracy")


@dataclass(frozen=True)
class LearningCurve:
    """Mean and sample standard deviation of `metric` (a field of Epoch) at each of `epochs`, over the `n` runs there.

    A run enters with its finite values; `std` is None where one run leaves no deviation. `runs` are the single curves
    by seed, with nan where a run has no finite value.
    """

    arm: str
    metric: str
    epochs: tuple[int, ...]
    mean: tuple[float, ...]
    std: tuple[float | None, ...]
    n: tuple[int, ...]
    runs: dict[int, tuple[float, ...]]


def learning_curve(arm: str, outcomes: Sequence[Outcome], metric: str) -> LearningCurve | None:
    """The curve of one arm; None where no run has a finite value of `metric`."""
    found = {o.experiment.seed: _finite(o, metric) for o in outcomes}
    epochs = tuple(sorted({epoch for curve in found.values() for epoch in curve}))
    if not epochs:
        return None
    values = [[curve[epoch] for curve in found.values() if epoch in curve] for epoch in epochs]
    return LearningCurve(
        arm=arm,
        metric=metric,
        epochs=epochs,
        mean=tuple(fmean(at) for at in values),
        std=tuple(stdev(at) if len(at) > 1 else None for at in values),
        n=tuple(len(at) for at in values),
        runs={
            seed: tuple(curve.get(e, math.nan) for e in epochs)
            for seed, curve in sorted(found.items())
            if curve
        },
    )


def _finite(outcome: Outcome, metric: str) -> dict[int, float]:
    pairs = ((epoch.epoch, getattr(epoch, metric)) for epoch in outcome.curve)
    return {epoch: value for epoch, value in pairs if math.isfinite(value)}
