"""What can be read from an outcome by name: its metrics, and the spreads of its profiles.

The lists name what training and the default probes measure; a test holds them to a real run. A
spread is the largest minus the smallest value of a profile over depth, so that
`log10_grad_norm_spread` says over how many decades the gradients of the blocks are spread.
"""

import math

from resweep.outcome import Outcome

TRAINED = ("first_epoch_accuracy", "final_accuracy", "train_loss", "test_loss")
METRICS = (
    *TRAINED,
    "images_per_second",
    "train_images_per_second",
    "seconds",
    "peak_memory",
    "initial_loss",
    "forward_growth",
    "backward_growth",
    "grad_norm_ratio",
    "log10_forward_growth",
    "log10_backward_growth",
    "log10_grad_norm_ratio",
    "largest_gradient",
    "largest_branch_gradient",
    "last_input_similarity",
)
SPREAD = "_spread"
PROFILES = (
    "forward_second_moment",
    "forward_mean",
    "forward_variance",
    "forward_channel_variance",
    "log10_forward_second_moment",
    "backward_second_moment",
    "backward_second_moment_dc_free",
    "log10_backward_second_moment",
    "grad_norm",
    "log10_grad_norm",
    "grad_weight_ratio",
    "input_similarity",
)
READABLE = (*METRICS, *(f"{name}{SPREAD}" for name in PROFILES))


def reading(outcome: Outcome, name: str) -> float:
    """Return the metric or the spread called `name` of an outcome.

    NaN stands for a metric that was not measured, and for the spread of a profile that is missing
    or not finite throughout.
    """
    if name in outcome.metrics:
        return outcome.metrics[name]
    if not name.endswith(SPREAD):
        return math.nan
    profile = outcome.profiles.get(name.removesuffix(SPREAD), ())
    if not profile or not all(map(math.isfinite, profile)):
        return math.nan
    return max(profile) - min(profile)
