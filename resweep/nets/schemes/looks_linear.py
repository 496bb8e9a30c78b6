"""Mirrored weights W = [[A, -A], [-A, A]] on pairs of channels: the network starts exactly linear.

Balduzzi et al. 2017, The shattered gradients problem (arXiv 1702.08591), Sec. 4: concatenated
rectifiers (f(v); f(-v)) under mirrored weights [A, -A] give A f(v) - A f(-v) = A v. A CReLU doubles
the channels. Here C channels are C/2 pairs z = (p; q) instead, and W has both signs of each row, so
that an ordinary ReLU makes the pair: u = Wz = (A d; -A d) with d = p - q. At step 0, for every f
with f(v) - f(-v) proportional to v (relu, leaky-relu, gelu, silu),

    plain      d' = A d, (p; q) = (f(A d); f(-A d))
    residual   d' = d + A d
    preact     d' = d + A d

d is linear in the image at every depth, and as stem [S; -S] and head [h, -h] are mirrored too, so
are the logits; in `residual` only d is linear (p + q collects f(|A d|), which no weight reads). A
is a C/2 x C/2 orthogonal matrix at the centre tap, with Var[w] = 2 / n counting zeros, so that d
keeps its norm in a plain network of any depth, for which the scheme is made. A residual network
grows as 2^(L/2) in rms and wants `--multiplier` c/L.

Predictions are for independent weights: exact for the interior of the plain network, and too large
for `residual`, whose means they add up. The mirrored block was checked against published code for
Burkholz & Dubatovka 2019, which shares the idea; whether Balduzzi's convolutions are delta or dense
was not.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.nets.schemes._orthogonal import centre_tap, orthonormal_rows
from resweep.nets.sites import Site

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from resweep.nets.network import ResNet

LINEAR_BLOCKS = ("plain", "residual", "preact")
LINEAR_PAIRS = ("relu", "leaky-relu", "gelu", "silu")


def variance(site: Site) -> float:
    """Return 2 / n, zeros counted."""
    return 2.0 / site.fan_in


def check(experiment: Experiment) -> None:
    """Raise UsageError for what cannot be linear: other forms and activations, an odd width."""
    e = experiment
    if e.block not in LINEAR_BLOCKS:
        raise UsageError(
            f"scheme 'looks-linear' cannot make block {e.block!r} linear, "
            "which has more than f between its weights: set --block plain"
        )
    if e.activation not in LINEAR_PAIRS:
        raise UsageError(
            "scheme 'looks-linear' needs f(v) - f(-v) proportional to v, "
            f"which {e.activation} does not give or does not need: set --activation relu"
        )
    if e.channels % 2:
        raise UsageError(
            f"scheme 'looks-linear' pairs channels, and {e.channels} is odd: set --channels 16"
        )


def unpredicted(experiment: Experiment) -> str | None:
    """Return the reason for all but plain ReLU networks."""
    if experiment.block == "plain" and experiment.activation == "relu":
        return None
    return (
        "mirrored weights are not independent, "
        "and the recursion for independent ones holds only for plain ReLU"
    )


def draw(weight: Tensor, site: Site, variance: float, generator: torch.Generator) -> None:
    """Draw A and write it into the four quarters of the centre tap."""
    from resweep.nets.initialize import standard_normal

    half, c = weight.shape[0] // 2, centre_tap(weight.shape[-1])
    gain = math.sqrt(variance * weight[0].numel() / 2)
    standard = standard_normal(weight.shape, generator)[:half, :half, c, c]
    a = orthonormal_rows(standard).mul_(gain).to(weight.dtype)
    weight.zero_()
    weight[:half, :half, c, c] = weight[half:, half:, c, c] = a
    weight[:half, half:, c, c] = weight[half:, :half, c, c] = -a


def finish(net: ResNet) -> None:
    """Mirror the stem and the head."""
    half = net.head.in_features // 2
    net.stem[half:] = -net.stem[:half]
    net.head.weight[:, half:] = -net.head.weight[:, :half]
