"""A run in one line of words: its status and why."""

from resweep.outcome import Outcome
from resweep.report.numbers import fixed, number, ratio

REASONS = {
    "exploded": "an activation, the loss or a gradient is not finite",
    "vanished": "all gradients are zero or subnormal",
    "trapped": "no better than chance",
    "error": "the run failed",
}


def verdict(outcome: Outcome) -> str:
    """`ok: 0.434 after epoch 1, forward growth 543, gradients 1:12`; what was not measured is not mentioned."""
    epochs = outcome.curve[-1].epoch if outcome.curve else outcome.experiment.epochs
    accuracy = outcome.metrics.get("final_accuracy", outcome.metrics.get("first_epoch_accuracy"))
    reason = outcome.detail or REASONS.get(outcome.status, "")
    words = [f"{fixed(accuracy)} after epoch {epochs}"] if accuracy is not None else []
    for text, metric, write in (
        ("forward growth", "forward_growth", number),
        ("gradients", "grad_norm_ratio", ratio),
    ):
        words += [f"{text} {write(outcome.metrics[metric])}"] if metric in outcome.metrics else []
    told = "; ".join(part for part in (reason, ", ".join(words)) if part)
    return f"{outcome.status}: {told}" if told else outcome.status
