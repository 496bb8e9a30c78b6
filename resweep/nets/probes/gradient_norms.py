"""g_l = ||d loss / d W_l||_F of every block's last convolution, for the mean cross-entropy of the probe batch.

The sum of squares is taken in float64, so that a gradient float32 can hold has a norm. `grad_norm_ratio` is g_1 / g_L.
"""

import math

import torch
from torch import Tensor

from resweep.nets.probes._start import Readings, Start
from resweep.nets.probes.moments import ratio, series

DEFAULT = True


def measure(start: Start) -> Readings:
    weights = [branch.weights[-1] for branch in start.net.branches]
    gradients = torch.autograd.grad(start.loss, weights, retain_graph=True)
    norms = series(norm, gradients)
    return Readings(
        metrics={
            "initial_loss": start.loss.item(),
            "grad_norm_ratio": ratio(norms[0], norms[-1]),
            "largest_gradient": max(series(largest, gradients)),
        },
        profiles={"grad_norm": norms, "log10_grad_norm": tuple(log10(g) for g in norms)},
    )


def norm(gradient: Tensor) -> Tensor:
    return torch.linalg.vector_norm(gradient, dtype=torch.float64)


def largest(gradient: Tensor) -> Tensor:
    return gradient.abs().max().double()


def log10(x: float) -> float:
    """log10 with log10(0) = -inf."""
    return math.log10(x) if x > 0 else -math.inf if x == 0 else math.nan
