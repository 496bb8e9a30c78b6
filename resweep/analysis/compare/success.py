"""Which runs succeeded, and what a failed one counts.

A mean over the runs that succeeded says nothing of how many did: of two schemes, one that fails in
three runs of seven could look better than one that never does. Wherever arms are set against each
other, a failed run therefore counts at the chance rate, as much as a constant guess.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

from resweep.analysis.compare.columns import by_seed
from resweep.analysis.compare.records import CONFIDENCE, Group, Success
from resweep.outcome import succeeded, successes
from resweep.stats.proportion import wilson

CLASSES = {"cifar10": 10, "synthetic": 10}  # of images whose runs have not stored these two
MAJORITY_SHARE, PRIOR_ENTROPY = "majority_share", "prior_entropy"
AT_START = "initial_loss"  # known of every network, whatever becomes of it in training


class Counted(NamedTuple):
    """A metric of one arm by seed, and what its failed runs count.

    given       the metric of the runs that did not fail
    failed      the seeds of those that did
    chance      what a failed run counts; None where runs are not judged by the metric, where the
                chance rate of the data is not known, and where a failed run has it all the same
    """

    given: Mapping[int, float]
    failed: frozenset[int] = frozenset()
    chance: float | None = None

    @property
    def comparable(self) -> bool:
        """Whether every run has a value that may enter a difference."""
        return not self.failed or self.chance is not None

    @property
    def every(self) -> Mapping[int, float]:
        """The metric of every run by seed, a failed one at chance."""
        if self.chance is None:
            return self.given
        return {**self.given, **dict.fromkeys(self.failed, self.chance)}


def counted(group: Group, metric: str) -> Counted:
    """`metric` of the runs of `group`, those that failed apart where it measures success.

    Accuracies and losses after training measure success. Any other metric, such as a growth or a
    time, is what it is for a network that failed too.
    """
    if metric not in group.judged:
        group.judged[metric] = _counted(group, metric)
    found: Counted = group.judged[metric]
    return found


def _counted(group: Group, metric: str) -> Counted:
    values = by_seed(group, metric)
    trained = group.experiment is not None and group.experiment.epochs > 0
    if not (
        trained and measures_success(metric)
    ):  # what a failed network has of it is a measurement
        return Counted(values)
    bad = {status for status in set(group.statuses) if succeeded(status) is False}
    if not bad:
        return Counted(values, chance=chance(group, metric))
    pairs = zip(group.seeds, group.statuses, strict=True)
    failed = frozenset([seed for seed, status in pairs if status in bad])
    given = {seed: value for seed, value in values.items() if seed not in failed}
    return Counted(given, failed, chance(group, metric))


def measures_success(metric: str) -> bool:
    """Whether `metric` tells a network that learned from one that guesses."""
    return metric.endswith(("accuracy", "loss")) and metric != AT_START


def chance(group: Group, metric: str) -> float | None:
    """What a constant guess reaches by `metric`, or None where that is not known.

    It is the share of the most frequent class, or as a loss the entropy of the classes in nats, as
    the runs have stored them; else that of equal classes, where their number is known.
    """
    loss = metric.endswith("loss")
    for stored in group.metrics.get(PRIOR_ENTROPY if loss else MAJORITY_SHARE, ()):
        if stored is not None:
            return stored
    classes = CLASSES.get(group.experiment.dataset) if group.experiment else None
    if classes is None:
        return None
    return math.log(classes) if loss else 1 / classes


def success(statuses: Mapping[str, int]) -> Success:
    """How many of the runs of these statuses succeeded, of those of which it is known."""
    k = successes(statuses)
    n = sum(count for status, count in statuses.items() if succeeded(status) is not None)
    return Success(k, n, *wilson(k, n, CONFIDENCE))
