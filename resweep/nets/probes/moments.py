"""Moments of every state, and of the gradient that comes back from the last one.

Forward, over batch and pixels for each channel c, summed in float64: m_l(c) = E[z_l] and
q_l(c) = E[z_l^2], l = 0..L.

    forward_mean              m_l = mean over c of m_l(c)
    forward_second_moment     q_l = mean over c of q_l(c)
    forward_variance          q_l - m_l^2
    forward_channel_variance  mean over c of q_l(c) - m_l(c)^2

The channel variance is what batch normalization would divide by, and what is left of the signal
when channels have drifted apart (Brock, De and Smith 2021, NF-ResNets).

Backward, for d_L drawn standard normal and d_l = dS/dz_l of S = <d_L, z_L>, which is a property of
the network alone, whatever the loss (Taki 2017, Sec. 2.2):

    backward_second_moment          E[d_l^2] / E[d_L^2]
    backward_second_moment_dc_free  the same for d_L less its mean over channels at each pixel, on
                                    the first 16 images: a ReLU net amplifies that mean coherently,
                                    which laws for wide nets do not see

`log10_forward_second_moment` and `log10_backward_second_moment` are the logarithms of these. Where
the network's dtype overflows or runs out of digits they continue by the increments of a rescaled
second pass (see `_rescaled.py`) and stay finite at any depth, while the plain series keep their inf
and nan. Networks that are not built in have no such pass; of states of another shape each moment is
a mean over its own values.

Cost: one backward pass beyond the shared forward pass, and a forward and a backward pass of 16
images.
"""

import torch
from torch import Tensor

from resweep.nets.kernels import moments as native
from resweep.nets.kernels.gradients import of_states_only
from resweep.nets.probes._numbers import (
    channels,
    least,
    log10,
    pieces,
    ratio,
    second_moment,
    series,
)
from resweep.nets.probes._rescaled import Series, continued, holds, log10_moments
from resweep.nets.probes._start import Readings, Start

DEFAULT = True
DC_FREE_IMAGES = 16


def measure(start: Start) -> Readings:
    """Return the moments forward and backward, and the growth over all blocks."""
    states = start.states
    draw = start.normal("moments", states[-1])
    backward = _returning(states, draw)
    mean, second, of_channels = _forward_moments(states)
    forward_log, backward_log = _logarithms(start, draw, second, backward)
    return Readings(
        metrics={
            "forward_growth": ratio(second[-1], second[0]),
            "backward_growth": ratio(backward[0], backward[-1]),
        },
        profiles={
            "forward_mean": mean,
            "forward_second_moment": second,
            "forward_variance": tuple(q - m * m for q, m in zip(second, mean, strict=True)),
            "forward_channel_variance": of_channels,
            "backward_second_moment": backward,
            "backward_second_moment_dc_free": _dc_free(start, draw),
            "log10_forward_second_moment": forward_log,
            "log10_backward_second_moment": backward_log,
        },
    )


def _forward_moments(states: list[Tensor]) -> tuple[Series, Series, Series]:
    """Return E[z], E[z^2] and the mean over channels of the channel's variance, of each state."""
    moments = []
    for z in states:
        mean, second = _channel_sums(z) / (z.numel() // z.shape[channels(z)])
        variance = second - mean.square()
        moments.append(torch.stack((mean.mean(), second.mean(), variance.mean())))
    of_means, of_seconds, of_variances = torch.stack(moments).unbind(1)
    return tuple(of_means.tolist()), tuple(of_seconds.tolist()), tuple(of_variances.tolist())


def _channel_sums(z: Tensor) -> Tensor:
    """Return the sum and the sum of squares of each channel, (2, C) in float64."""
    if native.possible(z):
        return native.channel_sums(z)
    sums = [torch.stack((p.sum((0, 1)), p.square().sum((0, 1)))) for p in pieces(z)]
    return torch.stack(sums).sum(0)


def _returning(states: list[Tensor], last: Tensor) -> Series:
    """Return E[d_l^2] / E[d_L^2] for `last` = d_L sent back through the graph of `states`."""
    with of_states_only():
        deltas = torch.autograd.grad(
            states[-1], states[:-1], last, retain_graph=True, materialize_grads=True
        )
    moments = series([second_moment(d) for d in (*deltas, last)])
    return tuple(ratio(moment, moments[-1]) for moment in moments)


def _dc_free(start: Start, draw: Tensor) -> Series:
    """Return E[d_l^2] / E[d_L^2] for the draw less its mean over channels, on fewer images."""
    some = draw[:DC_FREE_IMAGES]
    states = start.forward(start.images[:DC_FREE_IMAGES])
    return _returning(states, some - some.mean(channels(some), keepdim=True))


def _logarithms(
    start: Start, draw: Tensor, forward: Series, backward: Series
) -> tuple[Series, Series]:
    """Return log10 of both series, continued where they are not finite or without digits.

    A gradient that came through a state that overflowed, or lost its digits and thereby its ReLU's
    mask, cannot be trusted even where it is finite.
    """
    above = tuple(log10(q) for q in forward)
    below = tuple(log10(b) for b in backward)
    floor = 2 * log10(least(start.states[0].dtype))
    if all(holds(log, floor) for log in (*above, *below)) or not start.rescales:
        return above, below
    far_above, far_below = log10_moments(start, draw)
    if not all(holds(log, floor) for log in above):
        return continued(above, far_above, floor), far_below
    returning = continued(below[::-1], far_below[::-1], floor)
    return continued(above, far_above, floor), returning[::-1]
