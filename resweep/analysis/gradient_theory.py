"""What theory predicts about gradient norms along the depth: their shape, not their size.

With one convolution per branch, the gradient norm g_l = ||d loss / d W_l|| sums products of the
backpropagated error delta_l and the input z_{l-1} over pixels and images. If the correlation over
that sum is the same in every block, then

    g_l  ~  sqrt(E[delta_l^2] E[z_{l-1}^2])

up to one factor for the whole network. The factor is chosen so that the mean of log g over the
blocks is the measured one. With batch normalization, the error that reaches the weights is not the
delta that theory follows, and this module predicts nothing.
"""

import math
from dataclasses import replace
from statistics import fmean

from resweep.analysis.profiles import ProfileSeries, RunProfile
from resweep.experiment import Experiment

BLOCKS = ("residual", "plain")


def with_gradient(run: RunProfile) -> RunProfile:
    """`run` with a prediction for its gradient norms.

    The run is returned as it is where the block form is not covered, or where a series or the
    prediction of a second moment is missing.
    """
    by_name = {series.name: series for series in run.series}
    gradient = by_name.get("grad_norm")
    forward = by_name.get("forward_second_moment")
    backward = by_name.get("backward_second_moment")
    if gradient is None or forward is None or backward is None:
        return run
    if forward.predicted is None or backward.predicted is None:
        return run
    if not covered(run.outcome.experiment):
        return run
    # Both moments are log10: half their sum is the logarithm of the square root of their product.
    pairs = zip(forward.predicted[:-1], backward.predicted[1:], strict=True)
    shape = [(q + d) / 2 for q, d in pairs]
    by_name["grad_norm"] = replace(gradient, predicted=_placed(shape, gradient))
    return replace(run, series=tuple(by_name.values()))


def covered(experiment: Experiment) -> bool:
    """Whether the derivation holds for the experiment's block form."""
    return experiment.block in BLOCKS and experiment.convs == 1


def _placed(shape: list[float], gradient: ProfileSeries) -> tuple[float, ...] | None:
    """`shape` shifted to the measured mean of log10 over the blocks where both are finite.

    None where no block has both.
    """
    differences = []
    for measured, predicted in zip(gradient.measured, shape, strict=True):
        if math.isfinite(measured) and math.isfinite(predicted):
            differences.append(measured - predicted)
    if not differences:
        return None
    shift = fmean(differences)
    return tuple(predicted + shift for predicted in shape)
