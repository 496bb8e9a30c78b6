"""Fold the block recursions over depth: what a network's moments must be at step 0, without drawing a weight."""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from resweep import registry
from resweep.experiment import BLOCKS, Experiment
from resweep.nets.moments import Layer, Moments
from resweep.nets.schemes import branch_scale, variance
from resweep.outcome import json_safe

Series = tuple[float, ...]


@dataclass(frozen=True)
class Prediction:
    """Expected moments of every state l = 0..L, image averages, for wide networks.

    `backward_second_moment[l]` is E[d_l^2] for d_L of second moment 1. The `paper_*_growth` pair is the paper's own law
    over all blocks, without means and without padding.
    """

    forward_second_moment: Series
    forward_mean: Series
    forward_variance: Series
    backward_second_moment: Series
    paper_forward_growth: float
    paper_backward_growth: float

    def to_json(self) -> dict[str, Any]:
        safe: dict[str, Any] = json_safe(asdict(self))
        return safe


def predict(
    experiment: Experiment, *, mean: float = 0.0, second: float = 1.0, size: tuple[int, int] = (32, 32)
) -> Prediction:
    """Exact recursion from mean and second moment at the stem's output, with zero padding on (H, W) = `size` states.

    z_l = block.step(z_{l-1}) upward and d_{l-1} = block.back(d_l, z_{l-1}) downward, each a map (H, W) that is averaged
    over the image at the end. Overflow of float64 gives inf, not an error.
    """
    e = experiment
    form = registry.load(BLOCKS, e.block)
    fan = e.channels * e.kernel**2
    layers = []
    for block in range(e.blocks):
        gains = tuple(fan * variance(e, block, conv) for conv in range(e.convs))
        if layers and (gains, branch_scale(e, block)) == (layers[-1].gains, layers[-1].scale):
            layers.append(layers[-1])
        else:
            layers.append(Layer(gains, e.activation, e.kernel, size, branch_scale(e, block)))
    with np.errstate(over="ignore", invalid="ignore"):
        states = [Moments(np.full(size, mean), np.full(size, second))]
        for layer in layers:
            states.append(saturated(form.step(states[-1], layer)))
        deltas = [np.ones(size)]
        for z, layer in zip(reversed(states[:-1]), reversed(layers), strict=True):
            deltas.append(form.back(deltas[-1], z, layer))
        means = tuple(float(z.mean.mean()) for z in states)
        seconds = tuple(float(z.second.mean()) for z in states)
        paper = form.paper_growth(np.float64(math.prod(layers[0].gains)), e.blocks, e.activation)
    return Prediction(
        forward_second_moment=seconds,
        forward_mean=means,
        forward_variance=tuple(q - m * m if q < math.inf else q for m, q in zip(means, seconds, strict=True)),
        backward_second_moment=tuple(float(d.mean()) for d in reversed(deltas)),
        paper_forward_growth=float(paper[0]),
        paper_backward_growth=float(paper[1]),
    )


def saturated(z: Moments) -> Moments:
    """Past overflow infinity - infinity and 0 x infinity turn up in sums of maps: what they stand for is infinity."""
    return Moments(*(np.where(np.isnan(m), np.inf, m) for m in z))
