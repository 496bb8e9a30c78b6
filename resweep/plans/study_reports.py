"""Intermediate values of trials: the training loss of each experiment at tenths of an epoch."""

import math
from collections import defaultdict

import optuna
from optuna.exceptions import UpdateFinishedTrialError

from resweep.outcome import Progress
from resweep.plans.objective import limit
from resweep.plans.study_samplers import MARKS


class Reports:
    """The losses of running experiments since their last mark, a tenth of an epoch each."""

    def __init__(self) -> None:
        self.losses: dict[str, list[float]] = defaultdict(list)
        self.reached: dict[str, set[int]] = defaultdict(set)

    def add(self, key: str, progress: Progress) -> tuple[int, float] | None:
        """Take in a report; return the mark that it reaches and the mean loss since the one before.

        None between two marks. A mean that is no number, or too large, is the most that an
        objective of losses can be.
        """
        losses = self.losses[key]
        losses.append(progress.loss)
        mark = (progress.epoch - 1) * MARKS + MARKS * progress.done // max(progress.total, 1)
        if mark == 0 or mark in self.reached[key]:
            return None
        self.reached[key].add(mark)
        self.losses[key] = []
        mean, worst = sum(losses) / len(losses), limit("train_loss")
        return mark, (min(mean, worst) if math.isfinite(mean) else worst)

    def forget(self, key: str) -> None:
        """Drop what is known of an experiment that runs no more."""
        self.losses.pop(key, None)
        self.reached.pop(key, None)


def hopeless(trial: optuna.Trial, value: float, mark: int) -> bool:
    """Report an intermediate value; return whether the pruner would stop the trial there."""
    try:
        trial.report(value, mark)
    except UpdateFinishedTrialError:  # ended elsewhere: the run is worth keeping all the same
        return False
    return trial.should_prune()
