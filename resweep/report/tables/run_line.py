"""A run in one line of words: its status and why."""

import math
from collections.abc import Iterator

from resweep.numerals import counted
from resweep.outcome import Outcome
from resweep.outcome.learning import steps_of
from resweep.report.numbers import fixed, number, ratio

REASONS = {
    "exploded": "an activation, the loss or a gradient is not finite",
    "vanished": "all gradients of the branches are zero or subnormal",
    "trapped": "no better than a constant guess",
    "undecided": "the training does not allow to say whether it learned",
    "error": "the run failed",
}


def verdict(outcome: Outcome) -> str:
    """Return the status, why the run has it, and its main metrics as far as they were measured.

    For example `ok: accuracy 0.434 after epoch 1 (391 steps), test loss 1.540, forward growth 543,
    gradients 1:12`.
    """
    metrics = outcome.metrics
    reason = outcome.detail or REASONS.get(outcome.status, "")
    words = [] if "accuracy" in reason else list(_basis(outcome))
    if "forward_growth" in metrics:
        words.append(f"forward growth {number(metrics['forward_growth'])}")
    if no_gradient(outcome):
        words.append("gradients of the blocks' weights exactly 0")
    elif "grad_norm_ratio" in metrics:
        words.append(f"gradients {ratio(metrics['grad_norm_ratio'])}")
    explanation = "; ".join(part for part in (reason, ", ".join(words)) if part)
    return f"{outcome.status}: {explanation}" if explanation else outcome.status


def no_gradient(outcome: Outcome) -> bool:
    """Whether the gradient in every block's weights was exactly 0, so that no ratio has a meaning.

    ReZero is so by design: its branches begin with a factor of 0. A ratio of finite numbers is nan
    only then, which tells it of a run that was read without its profiles.
    """
    norms = outcome.profiles.get("grad_norm", ())
    if norms:
        return not any(norms)
    return outcome.status != "exploded" and math.isnan(outcome.metrics.get("grad_norm_ratio", 0.0))


def _basis(outcome: Outcome) -> Iterator[str]:
    """The accuracy and the loss that were reached, and after how many epochs and steps."""
    reached = _reached(outcome)
    if reached is not None:
        accuracy, epoch = reached
        steps = counted(steps_of(outcome.experiment, epoch), "step")
        yield f"accuracy {fixed(accuracy)} after epoch {epoch} ({steps})"
    if "test_loss" in outcome.metrics:
        yield f"test loss {fixed(outcome.metrics['test_loss'])}"


def _reached(outcome: Outcome) -> tuple[float, int] | None:
    """The last accuracy that was measured, and after which epoch; None where none was."""
    if outcome.curve:
        last = outcome.curve[-1]
        return last.test_accuracy, last.epoch
    if "final_accuracy" in outcome.metrics:
        return outcome.metrics["final_accuracy"], outcome.experiment.epochs
    if "first_epoch_accuracy" in outcome.metrics:
        return outcome.metrics["first_epoch_accuracy"], 1
    return None
