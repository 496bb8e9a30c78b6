"""What theory says of the gradient norms along the depth: their shape, not their size.

For one convolution a branch, g_l = ||d loss / d W_l|| sums products of delta_l and z_{l-1} over pixels and images. If
the correlation over that sum is the same in every block,

    g_l  ~  sqrt(E[delta_l^2] E[z_{l-1}^2])

up to one factor for the whole network. The factor is set so that the mean of log g is the measured one. With batch
normalization the delta behind it is another one, and this module says nothing.
"""

import math
from dataclasses import replace
from statistics import fmean

from resweep.analysis.profiles import ProfileSeries, RunProfile
from resweep.experiment import Experiment

BLOCKS = ("residual", "plain")


def with_gradient(run: RunProfile) -> RunProfile:
    """`run` with the predicted shape of its gradient norms, where the moments are predicted and the form is covered."""
    found = {series.name: series for series in run.series}
    names = ("grad_norm", "forward_second_moment", "backward_second_moment")
    if not (covered(run.outcome.experiment) and all(name in found for name in names)):
        return run
    gradient, forward, backward = (found[name] for name in names)
    if forward.predicted is None or backward.predicted is None:
        return run
    shape = [
        (q + d) / 2 for q, d in zip(forward.predicted[:-1], backward.predicted[1:], strict=True)
    ]
    placed = replace(gradient, predicted=_placed(shape, gradient))
    return replace(
        run, series=tuple(placed if series is gradient else series for series in run.series)
    )


def covered(experiment: Experiment) -> bool:
    return experiment.block in BLOCKS and experiment.convs == 1


def _placed(shape: list[float], gradient: ProfileSeries) -> tuple[float, ...] | None:
    """The shape moved to the measured mean of log10 over the blocks where both are finite; None where none is."""
    pairs = [
        (m, s)
        for m, s in zip(gradient.measured, shape, strict=True)
        if math.isfinite(m) and math.isfinite(s)
    ]
    if not pairs:
        return None
    shift = fmean(m - s for m, s in pairs)
    return tuple(s + shift for s in shape)
