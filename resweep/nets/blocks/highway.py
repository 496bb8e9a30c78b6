"""T f(conv x) + (1 - T) x with a gate T = sigmoid(conv_T x + b): Highway networks (Srivastava et al. 2015, 1505.00387).

As published: transform gate T, carry gate 1 - T, and a negative bias, here b = -2, so that a block starts by carrying.
The gate's convolution has the shape and the variance of the branch's first one. T, H = f(conv x) and z are independent
in a wide network:
    E[z']   = E[T] E[H] + (1 - E[T]) E[z]
    E[z'^2] = E[T^2] E[H^2] + 2 E[T (1 - T)] E[H] E[z] + E[(1 - T)^2] E[z^2]
    E[d^2]  = (E[(1 - T)^2] + a E[T^2] E[f'^2] + a_T E[T'^2] E[(H - z)^2]) E[d'^2],   T' = T (1 - T).
A scheme's branch scale s multiplies T.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from resweep.nets import gaussian

if TYPE_CHECKING:
    from torch import Tensor

    from resweep.experiment import Experiment
    from resweep.nets.moments import Layer, Map, Moments
    from resweep.nets.network import Branch, ResNet

NORMALIZED = False
BIAS = -2.0


def extend(net: ResNet, experiment: Experiment) -> None:
    """Give every branch its gate, drawn from the seed's own stream: a convolution of the branch's shape and a bias."""
    import torch

    from resweep.nets.initialize import draw
    from resweep.nets.schemes import variance
    from resweep.nets.streams import generator

    stream = generator(experiment.seed, "gates")
    for block, branch in enumerate(net.branches):
        gate = torch.empty(
            experiment.channels, experiment.channels, experiment.kernel, experiment.kernel
        )
        draw(gate, variance(experiment, block, 0), experiment.distribution, stream)
        branch.gate = torch.nn.Parameter(gate)
        branch.gate_bias = torch.nn.Parameter(torch.full((experiment.channels,), BIAS))


def forward(x: Tensor, branch: Branch) -> Tensor:
    from resweep.nets import kernels

    h = x
    for i in range(branch.depth):
        h = branch.conv(i, h, activate=True)
    weight, bias = cast("Tensor", branch.gate), cast("Tensor", branch.gate_bias)
    return branch.join(x, kernels.convolution(x, weight, bias).sigmoid() * (h - x))


def step(z: Moments, layer: Layer) -> Moments:
    h, (opened, squared, carried, _) = branch(z, layer), weights(z, layer)
    return type(z)(
        opened * h.mean + (1 - opened) * z.mean,
        squared * h.second + 2 * (opened - squared) * h.mean * z.mean + carried * z.second,
    )


def back(delta: Map, z: Moments, layer: Layer) -> Map:
    h, (_, squared, carried, turned) = branch(z, layer), weights(z, layer)
    through = squared * delta
    for i, variance in reversed(list(enumerate(layer.chain(z)))):
        through = layer.conv_back(i, through * layer.slope(variance))
    contrast = h.second - 2 * h.mean * z.mean + z.second
    return carried * delta + through + layer.conv_back(0, turned * contrast * delta)


def branch(z: Moments, layer: Layer) -> Moments:
    """Moments of H."""
    for i in range(layer.depth):
        z = layer.activate(layer.conv(i, z.second))
    return z


def weights(z: Moments, layer: Layer) -> tuple[Map, Map, Map, Map]:
    """s E[T], s^2 E[T^2], E[(1 - s T)^2] and s^2 E[T'^2], the last for states in units of e^log_unit."""
    t, s = gaussian.gate(layer.conv(0, z.second), BIAS, layer.log_unit), layer.scale
    carried = 1 - 2 * s * t.mean + s * s * t.second
    return s * t.mean, s * s * t.second, carried, s * s * t.slope * np.exp(2 * layer.log_unit)


def paper_growth(a: float, blocks: int, activation: str) -> None:
    """The paper does not treat this form."""
