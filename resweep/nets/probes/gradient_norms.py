"""Gradients of the blocks' convolutions for the mean cross-entropy of the probe batch, l = 1..L.

    grad_norm          g_l = ||d loss / d W_l||_F of the block's last convolution
    log10_grad_norm    its logarithm
    grad_weight_ratio  g_l / ||W_l||_F: the relative change of one step of plain SGD, over its rate

With m > 1 convolutions in every branch, `grad_norm_conv1` .. `grad_norm_convm` and
`grad_weight_ratio_conv1` .. give each of them. Sums of squares are taken in float64, so that a
gradient that float32 can hold has a norm. Where a norm is inf, nan, 0 or too small for its digits
because the network's dtype ends, the whole of `log10_grad_norm` is that of the first 8 images in a
rescaled pass (see `_rescaled.py`), and finite at any depth; -inf is left for gradients that are 0
at any precision. Networks that are not built in have no such pass. A block counts with the last
weight of its branch.

`grad_norm_ratio` is g_1 / g_L. `largest_gradient` is the largest |d loss / d w| over all parameters
of the network, `largest_branch_gradient` that over the weights and scalars of the branches alone:
biases have a gradient however little passes through the weights. Glorot and Bengio (2010) compare
layers by their gradients. Cost: one backward pass beyond the shared forward pass.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from resweep.nets.probes._numbers import least, log10, norm, ratio, series
from resweep.nets.probes._rescaled import Series, holds, log10_gradient_norms
from resweep.nets.probes._start import Readings, Start

DEFAULT = True


def measure(start: Start) -> Readings:
    """Return norms, ratios and logarithms by block."""
    of_blocks = start.weights
    weights = {name: p for name, p in start.net.named_parameters() if p.requires_grad}
    gradients = torch.autograd.grad(
        start.loss, list(weights.values()), retain_graph=True, materialize_grads=True
    )
    norms = dict(zip(weights, series([norm(g) for g in gradients]), strict=True))
    sizes = dict(zip(weights, series([norm(w) for w in weights.values()]), strict=True))

    def profiles(conv: int, suffix: str = "") -> dict[str, Series]:
        """Return the norms and ratios of one convolution of every block."""
        names = [names[conv] for names in of_blocks]
        return {
            f"grad_norm{suffix}": tuple(norms[n] for n in names),
            f"grad_weight_ratio{suffix}": tuple(ratio(norms[n], sizes[n]) for n in names),
        }

    depths = {len(names) for names in of_blocks}
    by_block = profiles(-1)
    if len(depths) == 1 and depths != {1}:
        for conv in range(*depths):
            by_block |= profiles(conv, f"_conv{conv + 1}")
    last_convs = by_block["grad_norm"]
    by_block["log10_grad_norm"] = _logarithms(start, last_convs)
    return Readings(
        metrics={
            "initial_loss": start.loss.item(),
            "grad_norm_ratio": ratio(last_convs[0], last_convs[-1]),
            "largest_gradient": _largest(gradients),
            "largest_branch_gradient": _largest(
                [g for n, g in zip(weights, gradients, strict=True) if start.of_branch(n)]
            ),
        },
        profiles=by_block,
    )


def _largest(gradients: Sequence[Tensor]) -> float:
    return torch.stack([g.abs().max() for g in gradients]).max().item()


def _logarithms(start: Start, norms: Series) -> Series:
    """Return log10 of the norms, or of a rescaled pass where one is not finite or has no digits."""
    logarithms = tuple(log10(g) for g in norms)
    floor = log10(least(start.states[0].dtype))
    if all(holds(log, floor) for log in logarithms) or not start.rescales:
        return logarithms
    return log10_gradient_norms(start)
