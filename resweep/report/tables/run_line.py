"""A run in one line of words: its status and why."""

from resweep.outcome import Outcome
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

    For example `ok: 0.434 after epoch 1, forward growth 543, gradients 1:12`.
    """
    metrics = outcome.metrics
    words = []
    reached = _reached(outcome)
    if reached is not None:
        accuracy, epoch = reached
        words.append(f"{fixed(accuracy)} after epoch {epoch}")
    if "forward_growth" in metrics:
        words.append(f"forward growth {number(metrics['forward_growth'])}")
    if "grad_norm_ratio" in metrics:
        words.append(f"gradients {ratio(metrics['grad_norm_ratio'])}")
    reason = outcome.detail or REASONS.get(outcome.status, "")
    explanation = "; ".join(part for part in (reason, ", ".join(words)) if part)
    return f"{outcome.status}: {explanation}" if explanation else outcome.status


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
