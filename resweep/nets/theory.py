"""What a network's moments must be at step 0, predicted without drawing a weight.

The recursion of the block form is applied block after block: `upward` for states, `downward` for
deltas. `predict` returns both as series over depth.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np

from resweep import registry
from resweep.contracts import optional
from resweep.contracts.blocks import BlockFormOptions
from resweep.contracts.schemes import SchemeOptions
from resweep.errors import ResweepError
from resweep.experiment import Experiment
from resweep.nets.moments import Layer, Moments
from resweep.nets.prediction import Prediction, Series
from resweep.nets.scaled import Scaled, exp, log10
from resweep.nets.schemes import branch_scale, unpredicted, variance
from resweep.nets.spread import OverSeeds
from resweep.scheme_pages import BLOCKS, load

NONE_FORWARD = dict.fromkeys(
    (
        "forward_second_moment",
        "forward_mean",
        "forward_variance",
        "log10_forward_second_moment",
        "log10_forward_median",
        "forward_log_sd",
    )
)
NONE_BACKWARD = dict.fromkeys(
    (
        "backward_second_moment",
        "log10_backward_second_moment",
        "log10_backward_median",
        "backward_log_sd",
    )
)


class Unpredicted(ResweepError):
    """The theory does not describe the network; the message says why."""


def predict(
    experiment: Experiment,
    *,
    mean: float = 0.0,
    second: float = 1.0,
    size: tuple[int, int] = (32, 32),
    images: int = 64,
) -> Prediction:
    """The moments of every state and delta of the experiment's network.

    mean, second  E[z_0] and E[z_0^2] at the stem's output
    size          (H, W) of the states, zero-padded in each convolution
    images        the size of the probe batch, which affects the spread over seeds only

    The recursions are z_l = block.step(z_{l-1}) and d_{l-1} = block.back(d_l, z_{l-1}); each moment
    is a map (H, W) that is averaged over the image at the end.

    Raises Unpredicted where the weights are not those that the recursions assume.
    """
    e = experiment
    excluded = unpredicted(e)
    if excluded is not None:
        raise Unpredicted(excluded)
    form = registry.load(BLOCKS, e.block)
    layers = stack(e, size)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
        states = upward(form, layers, Moments(np.full(size, mean), np.full(size, second)))
        deltas = downward(form, layers, states)
        moments = [z.value for z in states]
        logs = [z.log_second for z in states], [d.log_second for d in deltas]
        reasons = withheld(form, moments, layers, (logs[0][-1] - logs[0][0], logs[1][0]))
        spread = optional(form, BlockFormOptions.over_seeds)
        seeds = OverSeeds()
        if spread and e.pixels == "standardized":  # the laws start from images without a mean
            seeds = spread(moments, layers, images)
    paper = form.paper_growth(math.prod(layers[0].gains), e.blocks, e.activation)
    paper_forward, paper_backward = paper or (None, None)
    forward = forward_series(states, seeds) if reasons[0] is None else NONE_FORWARD
    backward = backward_series(deltas, seeds) if reasons[1] is None else NONE_BACKWARD
    return Prediction(
        **forward,
        **backward,
        paper_forward_growth=exp(paper_forward),
        paper_backward_growth=exp(paper_backward),
        log10_paper_forward_growth=log10(paper_forward),
        log10_paper_backward_growth=log10(paper_backward),
        forward_unpredicted=reasons[0],
        backward_unpredicted=reasons[1],
    )


def withheld(
    form: ModuleType, states: Sequence[Any], layers: Sequence[Layer], growth: tuple[float, float]
) -> tuple[str | None, str | None]:
    """Why no forward, and why no backward growth is predicted; None where it is.

    `growth` are the logarithms of both by the recursions.
    """
    reasons = []
    hooks = BlockFormOptions.unpredicted_forward, BlockFormOptions.unpredicted_backward
    for hook, log_growth in zip(hooks, growth, strict=True):
        reach = optional(form, hook)
        reasons.append(reach(states, layers, log_growth) if reach else None)
    forward, backward = reasons
    return forward, backward


def forward_series(states: Sequence[Scaled], seeds: OverSeeds) -> dict[str, Series | None]:
    """The forward series of a Prediction."""
    means = tuple(float(z.value.mean.mean()) * exp(z.log_unit) for z in states)
    seconds = tuple(z.average for z in states)
    variances = []
    for m, q in zip(means, seconds, strict=True):
        variances.append(q - m * m if q < math.inf else q)
    logs = tuple(log10(z.log_second) for z in states)
    return {
        "forward_second_moment": seconds,
        "forward_mean": means,
        "forward_variance": tuple(variances),
        "log10_forward_second_moment": logs,
        "log10_forward_median": shifted(logs, seeds.forward_median),
        "forward_log_sd": seeds.forward_sd,
    }


def backward_series(deltas: Sequence[Scaled], seeds: OverSeeds) -> dict[str, Series | None]:
    """The backward series of a Prediction."""
    logs = tuple(log10(d.log_second) for d in deltas)
    return {
        "backward_second_moment": tuple(d.average for d in deltas),
        "log10_backward_second_moment": logs,
        "log10_backward_median": shifted(logs, seeds.backward_median),
        "backward_log_sd": seeds.backward_sd,
    }


def shifted(logs: Series, shift: Series | None) -> Series | None:
    """log10 plus a shift in natural logarithms; None without one."""
    if shift is None:
        return None
    return tuple(log + log10(s) for log, s in zip(logs, shift, strict=True))


def stack(e: Experiment, size: tuple[int, int]) -> list[Layer]:
    """The L layers of an experiment's network on states of (H, W) = `size`."""
    fan = e.channels * e.kernel**2
    independent = optional(load(e), SchemeOptions.draw) is None
    return [
        Layer(
            gains=tuple(fan * variance(e, block, conv) for conv in range(e.convs)),
            activation=e.activation,
            kernel=e.kernel,
            size=size,
            scale=branch_scale(e, block),
            channels=e.channels,
            independent=independent,
        )
        for block in range(e.blocks)
    ]


def upward(form: ModuleType, layers: Sequence[Layer], z: Moments) -> list[Scaled]:
    """The states 0..L, from the moments `z` of the first one."""
    start = optional(form, BlockFormOptions.start)
    states = [Scaled(start(z, layers[0]) if start else z).fitted()]
    for layer in layers:
        z = form.step(states[-1].value, replace(layer, log_unit=states[-1].log_unit))
        states.append(states[-1]._replace(value=z).fitted())
    return states


def downward(form: ModuleType, layers: Sequence[Layer], states: Sequence[Scaled]) -> list[Scaled]:
    """The deltas 0..L; the one at L has second moment 1."""
    last = states[-1].value
    finish = optional(form, BlockFormOptions.finish)
    deltas = [Scaled(finish(last, layers[-1]) if finish else np.ones_like(last.second))]
    for z, layer in zip(reversed(states[:-1]), reversed(layers), strict=True):
        delta = form.back(deltas[-1].value, z.value, replace(layer, log_unit=z.log_unit))
        deltas.append(deltas[-1]._replace(value=delta).fitted())
    return deltas[::-1]
