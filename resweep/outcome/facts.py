"""What became of a run, as separate facts, each with its rule; and the word that sums them up.

exploded    an activation, a loss or a gradient was not finite, at step 0 or later
vanished    at step 0 no gradient of the branches' weights and scalars reaches the smallest normal
            number of the network's dtype. The head's bias does not count: it always has a gradient
diverged    the losses are finite, and at the end above 10 times where they began: above 10 times
            the larger of the untrained network's test loss and the prior's entropy, in training and
            in the test
learned     the run did not diverge, and one of two comparisons with a constant guess and with the
            same network at step 0 is clear at the level 0.001:
            - the test loss is lower than the prior's entropy and than that of step 0, by 0.03 nats
              or more and by a t test over images;
            - more test images are right than a guess reaches that is right on the share of the
              largest class, by a beta-binomial test, and more than at step 0, by an exact sign test
              over the images whose answer changed

The prior is the share of each class in the test. A network that training has only scrambled is
another untrained network, and the accuracies of these spread far more widely than a binomial does
(0.028 over 200 networks on ten classes, `benchmarks/untrained.py`). The first of the two tests
allows for that: with p the share of the largest class, the guess is right with a probability that
is not p but drawn from Beta(100 p, 100 (1 - p)), of standard deviation 0.030 on ten equal classes.
The loss of an untrained network may lie below the prior's entropy by chance, by 0.018 nats at most
among 400.

A run that has not learned is undecided where that may change: if it took fewer than 100 steps, if
its loss still fell over the last half of the training by 0.01 nats and three standard errors, or if
the test is so small that the accuracy of the majority guess has a standard error above 0.05. So it
is where the answers lie between the two bars: more are right than a guess would reach that is right
with probability p itself (a binomial test), and more than at step 0, but no more than some
untrained networks reach.

The numbers come from `resweep.lab.evidence`, the tests of learning are in
`resweep.outcome.learning`. A run that was not trained has not been asked to
learn; a run of status `error` says nothing.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from resweep.experiment import Experiment
from resweep.outcome.learning import (
    ALPHA,
    FALL,
    FALL_ERRORS,
    FAR,
    FEW_STEPS,
    GAIN,
    WIDEST,
    has_diverged,
    has_learned,
)

Status = Literal["ok", "exploded", "vanished", "trapped", "undecided", "error"]
STATUSES: tuple[Status, ...] = ("ok", "exploded", "vanished", "trapped", "undecided", "error")

# what `resweep.lab.evidence` measures for these rules
NUMBERS = (
    "test_images",
    "paired_images",
    "majority_share",
    "prior_entropy",
    "untrained_test_loss",
    "untrained_test_accuracy",
    "gain_over_prior",
    "gain_over_prior_stderr",
    "gain_over_untrained",
    "gain_over_untrained_stderr",
    "newly_right",
    "newly_wrong",
    "loss_fall",
    "loss_fall_stderr",
    "learned",
)
SMALLEST_NORMAL = {
    "float64": 2.0**-1022,
    "float32": 2.0**-126,
    "tf32": 2.0**-126,
    "bfloat16": 2.0**-126,
    "float16": 2.0**-14,
}


# Each rule in a sentence, as the page shows it.
RULES = (
    ("exploded", "an activation, a loss or a gradient was not finite; the detail says where"),
    (
        "vanished",
        "at step 0 no gradient of the branches' weights and scalars was a normal number, and the "
        "network did not learn",
    ),
    (
        "ok",
        f"learned: a test loss at least {GAIN} nats below both the prior's entropy and the "
        "untrained network's, by t tests; or more right answers than untrained networks reach, by "
        f"a beta-binomial test, and than itself untrained, by a sign test (level {ALPHA}). Without "
        "training: finite",
    ),
    (
        "trapped",
        f"did not learn, or diverged: losses ended above {FAR:g} times the untrained network's and "
        "the prior's entropy",
    ),
    (
        "undecided",
        f"did not learn so far, but in fewer than {FEW_STEPS} steps, or with a loss that still "
        f"falls ({FALL} nats and {FALL_ERRORS:g} errors a quarter), or with more right answers "
        "than a constant guess by a binomial test but no more than untrained networks reach, or on "
        f"too few test images (standard error of the majority guess above {WIDEST})",
    ),
    ("error", "an exception; it says nothing of the network"),
)


@dataclass(frozen=True)
class Facts:
    """What became of a run; None where it is undecided, was not asked, or was not measured.

    `why` explains in words what is not as hoped.
    """

    exploded: bool
    vanished: bool | None
    diverged: bool | None
    learned: bool | None
    trained: bool
    why: str

    @property
    def status(self) -> Status:
        """The one word: the first of these that holds.

        exploded; ok, where it learned; vanished; undecided or trapped, where it was trained; ok
        """
        if self.exploded:
            return "exploded"
        if self.learned:
            return "ok"
        if self.vanished:
            return "vanished"
        if not self.trained:
            return "ok"
        if self.learned is None:
            return "undecided"
        return "trapped"

    def to_json(self) -> dict[str, Any]:
        """The four facts: true, false, or None where they were not measured or not asked.

        `learned` is "undecided" where the training does not allow to say.
        """
        learned: bool | str | None = self.learned
        if self.trained and learned is None:
            learned = "undecided"
        return {
            "exploded": self.exploded,
            "vanished": self.vanished,
            "diverged": self.diverged,
            "learned": learned,
        }


def of_run(
    experiment: Experiment, status: str, metrics: Mapping[str, float], detail: str
) -> Facts | None:
    """The facts of a stored run; None for an error and for a status of another version.

    A run that an earlier version measured lacks the numbers of the untrained network: whether it
    learned is what its status says.
    """
    if status == "error" or status not in STATUSES:
        return None
    if status == "exploded":
        return judged(experiment, metrics, detail or "not finite")
    if experiment.epochs == 0 or "paired_images" in metrics:
        return judged(experiment, metrics)
    vanished = has_vanished(metrics, experiment.precision)
    return Facts(False, vanished, None, status == "ok", trained=True, why=detail)


def judged(experiment: Experiment, metrics: Mapping[str, float], explosion: str = "") -> Facts:
    """The facts of a run from its `metrics`; `explosion` says where it was not finite, if so."""
    trained = experiment.epochs > 0
    vanished = has_vanished(metrics, experiment.precision)
    if explosion:
        return Facts(True, vanished, False, False if trained else None, trained, explosion)
    gone = "no gradient of the branches reaches the smallest normal number at step 0"
    if not trained:
        return Facts(False, vanished, None, None, trained, gone if vanished else "")
    diverged = has_diverged(metrics)
    learned, why = has_learned(experiment, metrics)
    if vanished and not learned:
        why = f"{gone}; {why}"
    return Facts(False, vanished, diverged, learned, trained, why)


def has_vanished(metrics: Mapping[str, float], precision: str) -> bool | None:
    """Whether no gradient of the branches is a normal number; None where they were not measured."""
    largest = metrics.get("largest_branch_gradient")
    if largest is None or math.isnan(largest):
        return None
    return largest < SMALLEST_NORMAL[precision]
