"""Conditioning of the empirical neural tangent kernel on the first 16 images.

    Theta[n, m] = <d f(x_n) / d theta, d f(x_m) / d theta>,   f = (1 / sqrt K) sum of the K logits

over all parameters, (16, 16), with the inner products in float64.

    ntk_trace      trace of Theta: the sum over images of the squared gradient of f
    ntk_condition  largest over smallest eigenvalue; inf where the smallest is not above rounding

Gradient descent learns the directions of small eigenvalues last: a network whose kernel is ill
conditioned at step 0 cannot be trained (Jacot, Gabriel and Hongler 2018; Xiao, Pennington and
Schoenholz 2020). One output made of K logits, scaled like this, has the expected kernel of each of
them at a K-th of the cost. Under batch normalization the images share one forward pass, and f(x_n)
depends on all of them.

Cost: one forward pass and 16 backward passes of one image each, or of all 16 under batch
normalization; 16 gradients are held (100 MiB for 100 blocks of the paper's). It runs only when
asked for.
"""

import math
from collections.abc import Iterator
from functools import reduce

import torch
from torch import Tensor

from resweep.nets.probes._numbers import flat, ratio, widened
from resweep.nets.probes._start import Readings, Start

DEFAULT = False
IMAGES = 16
SLICE = 1 << 16  # parameters whose products are taken together, in float64


def measure(start: Start) -> Readings:
    """Return the trace and the condition number of the kernel."""
    gram = _kernel(start)
    return Readings(
        metrics={"ntk_trace": gram.trace().item(), "ntk_condition": _condition(gram)}, profiles={}
    )


def _kernel(start: Start) -> Tensor:
    """Return Theta (n, n) in float64."""
    rows = torch.stack([flat(gradient) for gradient in _gradients(start)])
    slices = map(widened, torch.split(rows, SLICE, dim=1))
    return reduce(torch.add, (wide @ wide.T for wide in slices))


def _gradients(start: Start) -> Iterator[tuple[Tensor, ...]]:
    """Yield d f(x_n) / d theta for each image."""
    parameters = [p for p in start.net.parameters() if p.requires_grad]
    some = start.images[:IMAGES]
    batches = [some] if start.coupled else torch.split(some, 1)
    for images in batches:
        logits = start.logits(images)
        for f in (logits.sum(1) / math.sqrt(logits.shape[1])).unbind():
            yield torch.autograd.grad(f, parameters, retain_graph=True, materialize_grads=True)


def _condition(gram: Tensor) -> float:
    """Return largest over smallest eigenvalue: inf at or below rounding, nan for overflow."""
    if not gram.isfinite().all():
        return math.nan
    values = torch.linalg.eigvalsh(gram / gram.abs().max().clamp_min(torch.finfo(gram.dtype).tiny))
    rounding = len(gram) * torch.finfo(gram.dtype).eps
    smallest, largest = values[0].item(), values[-1].item()
    return ratio(largest, smallest if smallest > rounding * largest else 0.0)
