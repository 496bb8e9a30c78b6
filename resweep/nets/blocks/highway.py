"""T f(conv x) + (1 - T) x with a gate T = sigmoid(conv_T x + b): Highway networks.

Srivastava, Greff & Schmidhuber 2015 (arXiv 1505.00387): transform gate T, carry gate 1 - T, and a
negative bias, here b = -2, so that a block begins by carrying its input. The gate's convolution has
the shape and the variance of the branch's first one.

In a wide network T, H = f(conv x) and z are independent of each other, so that

    E[z']   = E[T] E[H] + (1 - E[T]) E[z]
    E[z'^2] = E[T^2] E[H^2] + 2 E[T (1 - T)] E[H] E[z] + E[(1 - T)^2] E[z^2]
    E[d^2]  = (E[(1 - T)^2] + a E[T^2] E[f'^2] + a_T E[T'^2] E[(H - z)^2]) E[d'^2]

with T' = T (1 - T). A scheme's branch scale s multiplies T.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from resweep.nets import gaussian, reach

if TYPE_CHECKING:
    from torch import Tensor

    from resweep.experiment import Experiment
    from resweep.nets.moments import Layer, Map, Moments
    from resweep.nets.network import Branch, ResNet

NORMALIZED = False
BIAS = -2.0


def extend(net: ResNet, experiment: Experiment) -> None:
    """Give every branch its gate: a convolution of the branch's shape, and a bias.

    The gates are drawn from a stream of the seed that nothing else reads.
    """
    import torch

    from resweep.nets.initialize import draw
    from resweep.nets.schemes import variance
    from resweep.nets.streams import generator

    e = experiment
    stream = generator(e.seed, "gates")
    for block, branch in enumerate(net.branches):
        gate = torch.empty(e.channels, e.channels, e.kernel, e.kernel)
        draw(gate, variance(e, block, 0), e.distribution, stream)
        branch.gate = torch.nn.Parameter(gate)
        branch.gate_bias = torch.nn.Parameter(torch.full((e.channels,), BIAS))


def forward(x: Tensor, branch: Branch) -> Tensor:
    """Return x + s T (H - x)."""
    from resweep.nets import kernels

    h = x
    for i in range(branch.depth):
        h = branch.conv(i, h, activate=True)
    weight, bias = cast("Tensor", branch.gate), cast("Tensor", branch.gate_bias)
    return branch.join(x, kernels.convolution(x, weight, bias).sigmoid() * (h - x))


def step(z: Moments, layer: Layer) -> Moments:
    """Return the moments of z' = T H + (1 - T) z."""
    h, gate = _branch(z, layer), _gate(z, layer)
    mixed = gate.mean - gate.second
    return type(z)(
        gate.mean * h.mean + (1 - gate.mean) * z.mean,
        gate.second * h.second + 2 * mixed * h.mean * z.mean + gate.carried * z.second,
    )


def back(delta: Map, z: Moments, layer: Layer) -> Map:
    """Return E[d^2]: what is carried, what returns through H, and what returns through the gate."""
    h, gate = _branch(z, layer), _gate(z, layer)
    through = gate.second * delta
    for i, variance in reversed(list(enumerate(layer.chain(z)))):
        through = layer.conv_back(i, through * layer.slope(variance))
    contrast = h.second - 2 * h.mean * z.mean + z.second
    return gate.carried * delta + through + layer.conv_back(0, gate.slope * contrast * delta)


def unpredicted_forward(
    states: Sequence[Any], layers: Sequence[Layer], growth: float
) -> str | None:
    """Return why no forward growth is predicted, or None where it is.

    In dense networks of 16 channels and gains that add up to 40 the growth was up to 7 % off, and
    its logarithm varied by 0.1; at 200, half again as large and by 0.5.
    """
    return reach.beyond(0.08 * reach.total_gain(layers), layers, "forward")


def unpredicted_backward(
    states: Sequence[Any], layers: Sequence[Layer], growth: float
) -> str | None:
    """Return why no backward growth is predicted, or None where it is.

    In dense networks of 16 channels the growth was 7 % above the recursion's where the gains a add
    up to 2, and 78 % where they add up to 40. The law for kappa is chosen to lie above both. Under
    a ReLU the mean over channels builds up with depth: with gains of 1 in all, 4 % at 100 blocks.
    """
    gain, activation = reach.total_gain(layers), layers[0].activation
    kappa = 0.6 * gain * math.exp(min(gain / 40, 600.0))
    if activation in gaussian.NEGATIVE_SLOPE and activation != "identity":
        kappa += 0.03 * gain * len(layers)
    return reach.beyond(kappa, layers)


def paper_growth(a: float, blocks: int, activation: str) -> None:
    """Return None: the paper does not treat this form."""


class GateMoments(NamedTuple):
    """Moments of the scaled gate s T, each a map (H, W)."""

    mean: Map
    """s E[T]"""
    second: Map
    """s^2 E[T^2]"""
    carried: Map
    """E[(1 - s T)^2]"""
    slope: Map
    """s^2 E[T'^2], for states in units of e^log_unit"""


def _branch(z: Moments, layer: Layer) -> Moments:
    """Return the moments of H."""
    for i in range(layer.depth):
        z = layer.activate(layer.conv(i, z.second))
    return z


def _gate(z: Moments, layer: Layer) -> GateMoments:
    t, s = gaussian.gate(layer.conv(0, z.second), BIAS, layer.log_unit), layer.scale
    return GateMoments(
        mean=s * t.mean,
        second=s * s * t.second,
        carried=1 - 2 * s * t.mean + s * s * t.second,
        slope=s * s * t.slope * np.exp(2 * layer.log_unit),
    )
