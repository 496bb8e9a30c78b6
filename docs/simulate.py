"""Networks at step 0, many seeds at a time, written without the program's own networks.

`growths` draws them in float64 and follows white images forward and white deltas backward. All that
it takes from the program is the variance of each weight and the scale of each branch, so that a
table of it checks the theory and the networks of the program alike.
"""

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from resweep.experiment import Experiment
from resweep.nets.theory import stack

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "identity": lambda u: u,
    "relu": torch.relu,
    "leaky-relu": functional.leaky_relu,
    "tanh": torch.tanh,
    "gelu": functional.gelu,
    "silu": functional.silu,
}
EPSILON = 1e-5  # of batch normalization, as in torch
GATE_BIAS = -2.0  # of highway blocks
CHUNK = 2**21  # numbers of a state that are held at once, over seeds


class Shape(NamedTuple):
    """How many images of how many pixels a side a network sees."""

    images: int
    size: int


class Branch(NamedTuple):
    """The weights of a block for all seeds, each (seeds, taps, C, C), its gate's and its scale."""

    weights: list[Tensor]
    gate: Tensor | None
    scale: float


def growths(e: Experiment, shape: Shape, seeds: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Forward and backward growth of `seeds` networks, each (seeds,).

    E[z_L^2] / E[z_0^2] over images, channels and pixels, and E[d_0^2] / E[d_L^2] the same way.
    """
    draw = torch.Generator().manual_seed(seed)
    numbers = e.blocks * e.channels * shape.images * shape.size**2
    chunk = max(1, min(seeds, CHUNK // numbers))
    forward, backward = [], []
    for first in range(0, seeds, chunk):
        up, down = drawn(e, shape, min(chunk, seeds - first), draw)
        forward.append(up)
        backward.append(down)
    return torch.cat(forward), torch.cat(backward)


def drawn(e: Experiment, shape: Shape, seeds: int, draw: torch.Generator) -> tuple[Tensor, Tensor]:
    """The growths of as many seeds as fit at once. A state is (seeds, C, images, H, W)."""
    size = (seeds, e.channels, shape.images, shape.size, shape.size)
    start = torch.randn(size, dtype=torch.float64, generator=draw).requires_grad_()
    z = start
    for branch in branches(e, shape, seeds, draw):
        z = block(e, z, branch)
    delta = torch.randn(size, dtype=torch.float64, generator=draw)
    (back,) = torch.autograd.grad(z, start, delta)
    with torch.no_grad():
        return energy(z) / energy(start), energy(back) / energy(delta)


def energy(values: Tensor) -> Tensor:
    """The mean square of each seed."""
    return (values**2).mean((1, 2, 3, 4))


def branches(e: Experiment, shape: Shape, seeds: int, draw: torch.Generator) -> Iterator[Branch]:
    """The branches of all blocks, drawn one after the other."""
    taps = e.kernel**2
    size = (seeds, taps, e.channels, e.channels)
    for layer in stack(e, (shape.size, shape.size)):
        deviations = [math.sqrt(gain / (e.channels * taps)) for gain in layer.gains]
        if e.block == "highway":
            deviations.append(deviations[0])
        tensors = []
        for deviation in deviations:
            tensors.append(torch.randn(size, dtype=torch.float64, generator=draw) * deviation)
        gate = tensors.pop() if e.block == "highway" else None
        yield Branch(tensors, gate, layer.scale)


def block(e: Experiment, z: Tensor, branch: Branch) -> Tensor:
    """One block of the experiment's form."""
    f = ACTIVATIONS[e.activation]
    h = z
    for i, weight in enumerate(branch.weights):
        if e.block == "preact":
            h = convolution(weight, f(h))
        elif e.block == "preact-bn":
            h = convolution(weight, f(normalized(h)))
        elif e.block == "residual-bn":
            h = f(normalized(convolution(weight, h)))
        else:
            h = convolution(weight, h)
            if e.block != "post-add" or i < len(branch.weights) - 1:
                h = f(h)
    if e.block == "plain":
        return h
    if e.block == "post-add":
        return f(z + branch.scale * h)
    if e.block == "highway":
        assert branch.gate is not None
        gate = torch.sigmoid(convolution(branch.gate, z) + GATE_BIAS)
        return z + branch.scale * gate * (h - z)
    if e.block == "residual-centered":
        h = h - h.mean(1, keepdim=True)
    return z + branch.scale * h


def normalized(u: Tensor) -> Tensor:
    """Batch normalization over images and pixels."""
    variance, mean = torch.var_mean(u, (2, 3, 4), keepdim=True, correction=0)
    return (u - mean) / torch.sqrt(variance + EPSILON)


def convolution(weight: Tensor, z: Tensor) -> Tensor:
    """A "same" convolution with zero padding, a product of matrices for each tap."""
    seeds, taps, channels, _ = weight.shape
    kernel, height, width = math.isqrt(taps), z.shape[3], z.shape[4]
    if kernel == 1:
        return (weight[:, 0] @ z.reshape(seeds, channels, -1)).view(z.shape)
    before, after = (kernel - 1) // 2, kernel // 2
    padded = functional.pad(z, (before, after, before, after))
    windows = []
    for tap in range(taps):
        row, column = divmod(tap, kernel)
        windows.append(padded[..., row : row + height, column : column + width])
    stacked = torch.stack(windows, 1).reshape(seeds, taps * channels, -1)
    matrix = weight.transpose(1, 2).reshape(seeds, channels, taps * channels)
    return (matrix @ stacked).view(z.shape)
