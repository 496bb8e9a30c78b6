"""Logarithms of the second moments where the network's own dtype has run out of range.

A second pass over two images, in float32 (float64 for a float64 network), that is brought back between blocks by
powers of two whenever it leaves 2^-40 .. 2^40, the exponents being counted:

    log10 q_l = log10 E[(2^-s z_l)^2] + 2 s log10 2

This is exact where a block is positively homogeneous, F(s z) = s F(z): every form without batch normalization with the
activations relu, leaky-relu and identity. The other forms become so where they are rescaled: beyond 2^30 gelu and silu
are ReLU, a tanh or a normalized branch is rounding beside z, and below 2^-30 all activations are linear. A gradient is
linear, so that it may be rescaled anywhere.
"""

import math

import torch
from torch import Tensor, nn
from torch.func import functional_call

from resweep.nets.network import ResNet
from resweep.nets.probes._numbers import log10, second_moment
from resweep.nets.probes._start import Start, quiet

IMAGES = 2
LIMIT, KEPT = 40, 30  # powers of two: where values are brought back, and to where
FURTHEST = 120  # subnormal numbers take several blocks to come back: 2^FURTHEST must be a float32

Series = tuple[float, ...]


class Block(nn.Module):
    """One block as a module, so that its weights can be swapped for wider ones."""

    def __init__(self, net: ResNet, branch: nn.Module) -> None:
        super().__init__()
        self.form, self.branch = net.form, branch

    def forward(self, z: Tensor) -> Tensor:
        out: Tensor = self.form.forward(z, self.branch)
        return out


def log10_moments(start: Start, delta: Tensor) -> tuple[Series, Series]:
    """log10 E[z_l^2] and log10 E[d_l^2] / E[d_L^2], l = 0..L, of the first images and of `delta` sent back."""
    wide = torch.float64 if delta.dtype == torch.float64 else torch.float32
    blocks = [Block(start.net, branch) for branch in start.net.branches]
    with quiet(start.net):
        z, power = rescaled(start.states[0][:IMAGES].detach().to(wide))
        inputs, forward = [], [level(z, power)]
        for block in blocks:
            inputs.append(z)
            with torch.no_grad():
                z, by = rescaled(run(block, z))
            power += by
            forward.append(level(z, power))
        d, power = delta[:IMAGES].to(wide), 0
        backward = [level(d, power)]
        for block, z in zip(reversed(blocks), reversed(inputs), strict=True):
            z.requires_grad_()
            d, by = rescaled(torch.autograd.grad(run(block, z), z, d)[0])
            power += by
            backward.append(level(d, power))
    return tuple(forward), tuple(b - backward[0] for b in reversed(backward))


def run(block: Block, z: Tensor) -> Tensor:
    own = block.state_dict(keep_vars=True)
    state = {name: t.detach().to(z.dtype) for name, t in own.items() if t.is_floating_point()}
    out: Tensor = functional_call(block, state, (z,))
    return out


def rescaled(z: Tensor) -> tuple[Tensor, int]:
    """(2^-s z, s): s = 0 unless the largest value lies outside 2^-40 .. 2^40."""
    exponent = math.frexp(z.abs().max().item())[1]
    if abs(exponent) <= LIMIT:
        return z, 0
    by = max(exponent - int(math.copysign(KEPT, exponent)), -FURTHEST)
    return z * 2.0**-by, by


def level(z: Tensor, power: int) -> float:
    return log10(second_moment(z).item()) + 2 * power * math.log10(2)


def continued(own: Series, beyond: Series) -> Series:
    """`own` up to its first value that is not finite, and from there on by the increments of `beyond`."""
    finite = next((i for i, x in enumerate(own) if not math.isfinite(x)), len(own))
    if finite == 0:
        return beyond
    return own[:finite] + tuple(own[finite - 1] + b - beyond[finite - 1] for b in beyond[finite:])
