"""Gradients of the blocks' convolutions for the mean cross-entropy of the probe batch, l = 1..L.

    grad_norm          g_l = ||d loss / d W_l||_F, of the block's last convolution; log10_grad_norm its logarithm
    grad_weight_ratio  g_l / ||W_l||_F: the relative change that one step of plain SGD makes, over its rate

With m > 1 convolutions in a branch, `grad_norm_conv1` .. `grad_norm_convm` and `grad_weight_ratio_conv1` .. have each
of them. Sums of squares are taken in float64, so that a gradient float32 can hold has a norm. Where a norm is 0, inf or
nan, because the network's dtype ends, `log10_grad_norm` as a whole is that of the first 8 images in a rescaled pass
(see `_rescaled.py`), and finite at any depth; -inf is left for gradients that are 0 at any precision.

`grad_norm_ratio` is g_1 / g_L; `largest_gradient` the largest |d loss / d w| over all parameters of the network.
Glorot and Bengio (2010) compare layers by their gradients. Cost: one backward pass beyond the shared forward.
"""

import math

import torch

from resweep.nets.probes._numbers import log10, norm, ratio, series
from resweep.nets.probes._rescaled import Series, log10_gradient_norms
from resweep.nets.probes._start import Readings, Start

DEFAULT = True


def measure(start: Start) -> Readings:
    branches = start.net.branches
    weights = {name: p for name, p in start.net.named_parameters() if p.requires_grad}
    gradients = torch.autograd.grad(
        start.loss, list(weights.values()), retain_graph=True, materialize_grads=True
    )
    norms = dict(zip(weights, series([norm(g) for g in gradients]), strict=True))
    sizes = dict(zip(weights, series([norm(w) for w in weights.values()]), strict=True))

    def profiles(conv: int, suffix: str = "") -> dict[str, Series]:
        names = [f"branches.{block}.weights.{conv}" for block in range(len(branches))]
        return {
            f"grad_norm{suffix}": tuple(norms[n] for n in names),
            f"grad_weight_ratio{suffix}": tuple(ratio(norms[n], sizes[n]) for n in names),
        }

    depth = start.depth
    found = profiles(depth - 1)
    for conv in range(depth if depth > 1 else 0):
        found |= profiles(conv, f"_conv{conv + 1}")
    first, last = found["grad_norm"][0], found["grad_norm"][-1]
    return Readings(
        metrics={
            "initial_loss": start.loss.item(),
            "grad_norm_ratio": ratio(first, last),
            "largest_gradient": torch.stack([g.abs().max() for g in gradients]).max().item(),
        },
        profiles=found | {"log10_grad_norm": logarithms(start, found["grad_norm"])},
    )


def logarithms(start: Start, norms: Series) -> Series:
    found = tuple(log10(g) for g in norms)
    return found if all(map(math.isfinite, found)) else log10_gradient_norms(start)
