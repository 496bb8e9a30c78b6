"""The gradient quotient of MetaInit: how much one step along the gradient changes the gradient.

    gradient_quotient = (1 / P) sum_i | (g - H g)_i / (g_i + eps s_i) - 1 |

with s_i = 1 where g_i >= 0 and -1 elsewhere, gradient g and Hessian H of the mean cross-entropy of
the first 8 images over all P parameters, and eps = 1e-5 (Dauphin and Schoenholz 2019, Eq. 1 and
their listing). It is 0 where curvature does not matter, and near 1 or above where steps of rate 1
would be lost. Quotients are taken in float64. H g is one derivative of <g, v>, v = g / max |g|,
taken in the network's dtype and scaled back: the square of a large gradient would overflow.

Cost: on 8 images one forward pass, one backward pass with a graph of its own and one backward pass
through both, about six passes of 8 images; the reference convolution, for second derivatives. It
runs only when asked for.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from resweep.nets import kernels
from resweep.nets.loss import cross_entropy
from resweep.nets.probes._numbers import flat, narrowed, widened
from resweep.nets.probes._start import Readings, Start

DEFAULT = False
IMAGES, EPS = 8, 1e-5


def measure(start: Start) -> Readings:
    """Return the gradient quotient."""
    parameters = [p for p in start.net.parameters() if p.requires_grad]
    with kernels.force("reference"):
        loss = cross_entropy(start.logits(start.images[:IMAGES]), start.labels[:IMAGES])
        g, hg = _gradient_and_product(loss, parameters)
    return Readings(metrics={"gradient_quotient": _quotient(g, hg)}, profiles={})


def _gradient_and_product(loss: Tensor, parameters: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Return g and H g as float64 vectors."""
    gradients = torch.autograd.grad(loss, parameters, create_graph=True, materialize_grads=True)
    g = widened(flat([t.detach() for t in gradients]))
    largest = g.abs().max()
    if not largest > 0:
        return g, torch.zeros_like(g)
    varying = [t for t in gradients if t.requires_grad]
    directions = [narrowed(widened(t.detach()) / largest, t) for t in varying]
    products = torch.autograd.grad(varying, parameters, directions, materialize_grads=True)
    return g, widened(flat(products)) * largest


def _quotient(g: Tensor, hg: Tensor) -> float:
    """Return GQ from g and H g."""
    guarded = g + EPS * torch.where(g >= 0, 1.0, -1.0)
    return ((g - hg) / guarded - 1).abs().mean().item()
