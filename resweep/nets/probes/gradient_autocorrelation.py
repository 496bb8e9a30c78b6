"""Shattered gradients: how fast the gradient forgets as the input moves along a line.

The line joins the first and the last image of the probe batch, x_t = x_a + (t / (M - 1)) (x_b -
x_a) for t = 0..M-1, M = 64. g_t = d f / d x_t, all 3 H W coordinates, for f = <r, logits> with r
drawn standard normal once. With h_t = g_t less its mean over t, in float64:

    gradient_autocorrelation[k]   sum_t <h_t, h_t+k> / sum_t ||h_t||^2, k = 0..M/2
    gradient_whiteness            sum_t ||h_t+1 - h_t||^2 / (2 sum_t ||h_t||^2)
    gradient_coherence            ||mean_t g_t||^2 / mean_t ||g_t||^2

For k > 0 the autocorrelation of white noise is -(M - k) / (M (M - 1)) and that of brown noise is
2 a^3 - a, a = 1 - k/M. The whiteness is von Neumann's ratio, halved: 1 for white noise and
3 / (M + 1) for brown noise. The coherence is 1/M for white noise, and 1 if the gradient is one and
the same everywhere.

A network that is linear on the line has coherence 1 and nothing that varies beyond rounding: its
autocorrelation and whiteness are nan. Balduzzi et al. (2017, "The shattered gradients problem")
compare gradients along a one-dimensional grid of inputs with white and brown noise. Taking the line
between two images, and all coordinates of the gradient together, is this probe's choice.

Cost: one forward and one backward pass of 64 images, all in one batch because of batch
normalization. It runs only when asked for.
"""

import math

import torch
from torch import Tensor

from resweep.nets.probes._numbers import widened
from resweep.nets.probes._start import Readings, Start

DEFAULT = False
POINTS = 64


def measure(start: Start) -> Readings:
    """Return the three statistics of the gradient along the line."""
    g = _gradients_on_line(start)
    rounding = POINTS * torch.finfo(start.images.dtype).eps
    correlation, whiteness, coherence = _statistics(g, rounding)
    return Readings(
        metrics={"gradient_whiteness": whiteness, "gradient_coherence": coherence},
        profiles={"gradient_autocorrelation": correlation},
    )


def _gradients_on_line(start: Start) -> Tensor:
    """Return g (M, 3 H W) in float64."""
    images = start.images
    t = torch.linspace(0, 1, POINTS, dtype=images.dtype, device=images.device).view(-1, 1, 1, 1)
    line = torch.lerp(images[:1], images[-1:], t).requires_grad_()
    logits = start.logits(line)
    readout = start.normal("gradient-autocorrelation", logits[0].detach())
    (g,) = torch.autograd.grad((logits @ readout).sum(), line)
    return widened(g.flatten(1))


def _statistics(g: Tensor, rounding: float = 0.0) -> tuple[tuple[float, ...], float, float]:
    """Return autocorrelation at lags 0..M/2, whiteness and coherence of a series g (M, D).

    A relative variation of `rounding` or less counts as none.
    """
    points = len(g)
    g = g / g.abs().max()  # so that no square overflows; a constant factor changes nothing
    h = g - g.mean(0)
    # Everything is in the two Gram matrices, (M, M).
    raw, gram = g @ g.T, h @ h.T
    coherence = (raw.sum() / (points * raw.trace())).item()
    lags = [gram.diagonal(k).sum().item() for k in range(points // 2 + 1)]
    if not lags[0] > rounding**2 * raw.trace().item():
        return (math.nan,) * len(lags), math.nan, coherence
    steps = gram.diagonal()[1:].sum() + gram.diagonal()[:-1].sum() - 2 * lags[1]
    return tuple(lag / lags[0] for lag in lags), steps.item() / (2 * lags[0]), coherence
