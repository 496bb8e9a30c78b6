"""The tests by which a trained network has learned, has not, or cannot be judged yet.

`resweep.outcome.facts` says what each of them is and why; the numbers come from
`resweep.lab.evidence`.
"""

import math
from collections.abc import Mapping

from resweep.experiment import Experiment
from resweep.numerals import counted
from resweep.stats import student_t
from resweep.stats.binomial import beta_binomial_tail, tail

ALPHA = 0.001
GAIN = 0.03  # nats
SPREAD = 100.0  # a + b of the beta distribution of an untrained network's accuracy
FAR = 10.0
FEW_STEPS = 100
FALL, FALL_ERRORS = 0.01, 3.0  # nats, standard errors
WIDEST = 0.05  # standard error of the majority guess's accuracy


def has_diverged(metrics: Mapping[str, float]) -> bool:
    """Whether both losses ended above 10 times where they began."""
    began = max(metrics["untrained_test_loss"], metrics["prior_entropy"])
    return min(metrics["train_loss"], metrics["test_loss"]) > FAR * began


def has_learned(experiment: Experiment, metrics: Mapping[str, float]) -> tuple[bool | None, str]:
    """Whether a trained network learned, None where that is undecided; and why not."""
    falling = still_falling(metrics)
    if has_diverged(metrics):
        ended = min(metrics["train_loss"], metrics["test_loss"])
        why = f"diverged: loss {ended:.3g} from {metrics['untrained_test_loss']:.3g} untrained"
        if falling:
            return None, f"{why}, but it still falls"
        return False, why
    small = too_small(metrics)
    if more_right(metrics) or (not small and lower_loss(metrics)):
        return True, ""
    doubts = list(filter(None, [small]))
    if steps(experiment) < FEW_STEPS:
        doubts.append(
            f"{counted(steps(experiment), 'step')}: too few to tell ({FEW_STEPS} are enough)"
        )
    if falling:
        doubts.append(f"the loss still falls, {metrics['loss_fall']:.2g} from quarter to quarter")
    if better_than_guess(metrics):
        doubts.append("more right than a constant guess, but no more than untrained networks reach")
    why = "; ".join((*doubts, _no_better(metrics)))
    if doubts:
        return None, why
    return False, why


def more_right(metrics: Mapping[str, float]) -> bool:
    """Whether more test images are right than by a guess of the largest class, and at step 0."""
    images, share = round(metrics["test_images"]), metrics["majority_share"]
    if share >= 1:
        return False
    right = round(metrics["final_accuracy"] * images)
    by_chance = beta_binomial_tail(right, images, SPREAD * share, SPREAD * (1 - share))
    return by_chance < ALPHA and _better_than_untrained(metrics)


def better_than_guess(metrics: Mapping[str, float]) -> bool:
    """Whether more are right than by a guess of a fixed probability, and than at step 0.

    An untrained network may pass the first of the two tests; this says no more than that the run
    cannot be called trapped.
    """
    images, share = round(metrics["test_images"]), metrics["majority_share"]
    if share >= 1:
        return False
    right = round(metrics["final_accuracy"] * images)
    return tail(right, images, share) < ALPHA and _better_than_untrained(metrics)


def _better_than_untrained(metrics: Mapping[str, float]) -> bool:
    """The exact sign test over the images whose answer training changed."""
    gained, lost = round(metrics["newly_right"]), round(metrics["newly_wrong"])
    return tail(gained, gained + lost, 0.5) < ALPHA


def lower_loss(metrics: Mapping[str, float]) -> bool:
    """Whether the test loss is clearly below the prior's entropy, and below that of step 0."""
    for gain, images in (
        ("gain_over_prior", "test_images"),
        ("gain_over_untrained", "paired_images"),
    ):
        quantile = student_t.quantile(1 - ALPHA, round(metrics[images]) - 1)
        least = quantile * metrics[f"{gain}_stderr"]
        if not metrics[gain] >= max(GAIN, least):
            return False
    return True


def too_small(metrics: Mapping[str, float]) -> str:
    """Why the test is too small to tell a network that has not learned; "" if it is not."""
    share, images = metrics["majority_share"], round(metrics["test_images"])
    needed = max(2, math.ceil(share * (1 - share) / WIDEST**2))
    if share >= 1:
        return f"only one class in {counted(images, 'test image')}"
    if images >= needed:
        return ""
    are = counted(images, "test image is", "test images are")
    return f"{are} too few ({needed} are enough)"


def still_falling(metrics: Mapping[str, float]) -> bool:
    """Whether the training loss fell from the third to the last quarter of the steps."""
    fall, error = metrics.get("loss_fall", 0.0), metrics.get("loss_fall_stderr", math.inf)
    return fall >= FALL and fall > FALL_ERRORS * error


def steps(experiment: Experiment) -> int:
    """How many steps the whole training takes."""
    return steps_of(experiment, experiment.epochs)


def steps_of(experiment: Experiment, epochs: int) -> int:
    """How many steps so many epochs of a resolved experiment take."""
    return epochs * math.ceil(int(experiment.train_size) / experiment.batch_size)


def _no_better(metrics: Mapping[str, float]) -> str:
    accuracy, loss = metrics["final_accuracy"], metrics["test_loss"]
    return (
        f"accuracy {accuracy:.3f} (constant guess {metrics['majority_share']:.3f}, untrained "
        f"{metrics['untrained_test_accuracy']:.3f}), test loss {loss:.4g} (constant guess "
        f"{metrics['prior_entropy']:.4g}, untrained {metrics['untrained_test_loss']:.4g})"
    )
