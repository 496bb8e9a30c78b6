"""The norm of every weight, fitted so that the gradient changes little along itself (100 steps).

    GQ = (1/N) sum_i | (g - H g)_i / (g_i + sign(g_i) eps) - 1 |

is the gradient quotient, with g = dL/dtheta, H = d^2 L/dtheta^2 and eps = 1e-5. Dauphin &
Schoenholz 2019, MetaInit (NeurIPS), eq. 1 and algorithm 1: sign descent with momentum 0.9 and rate
0.1 on the norms of all tensors of two and more dimensions, GQ over all parameters; read and checked
in copies of their code. theta_0 is He's, Var[w] = 2 / n, before the fit, and predictions are of
that start.

What differs: the first 8 images of the probe batch, where they draw normal ones with random labels,
and 100 steps where they take 500. In a residual network of 8 blocks of 8 channels GQ went from 2500
to 410 in 20 steps and to 0.3 in 100, and was 0.3 to 0.8 wherever it was read in the other 400. At
16 times He's variance 20 steps raised it from 2.8e5 to 9.8e5, and 100 brought 0.8. A norm is kept
above a hundredth of its start (theirs may change sign). All of it is in float64; a GQ that is not
finite ends the fit. A step differentiates three times, so that a fit costs some thousand backward
passes of 8 images: at 100 blocks of 8 x 8 kernels that is work for a GPU.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from resweep import registry
from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.nets.schemes.he import variance
from resweep.scheme_pages import BLOCKS

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from resweep.nets.foreign.tree import Tree
    from resweep.nets.network import ResNet
    from resweep.nets.schemes._scales import Tensors

__all__ = ["adapt", "check", "on_modules", "variance"]

RATE, MOMENTUM, STEPS, FLOOR = 0.1, 0.9, 100, 0.01
EPSILON = 1e-5
IMAGES = 8


def check(experiment: Experiment) -> None:
    """Raise UsageError for batch normalization, which torch cannot differentiate three times."""
    if not experiment.foreign and registry.load(BLOCKS, experiment.block).NORMALIZED:
        raise UsageError(
            "scheme 'metainit' differentiates three times, which torch's batch normalization "
            f"of block {experiment.block!r} cannot: set --scheme gradinit, or --block residual"
        )


def on_modules(tree: Tree, experiment: Experiment) -> None:
    """Raise UsageError for batch normalization, which torch cannot differentiate three times."""
    if tree.batch_normalized:
        raise UsageError(
            "scheme 'metainit' differentiates three times, which torch's batch normalization "
            "cannot: set --scheme gradinit"
        )


def adapt(
    net: ResNet,
    experiment: Experiment,
    images: Tensor,
    labels: Tensor,
    generator: torch.Generator,
) -> None:
    """Fit the norm of each weight that is not zero, by steps of a fixed size up or down."""
    import torch

    from resweep.nets.schemes import _scales

    parameters = _scales.double_parameters(net)
    first = {name: p.norm().item() for name, p in parameters.items() if p.dim() >= 2 and p.any()}
    norms, speed = dict(first), dict.fromkeys(first, 0.0)
    with _scales.differentiable(), torch.enable_grad():
        for _ in range(STEPS):
            theta = {name: p.detach().requires_grad_() for name, p in parameters.items()}
            quotient = _gradient_quotient(net, theta, images[:IMAGES], labels[:IMAGES])
            if not quotient.isfinite():
                break
            slopes = _scales.gradients(quotient, theta)
            for name, norm in norms.items():
                direction = (theta[name] * slopes[name]).sum().sign().item()
                speed[name] = MOMENTUM * speed[name] - RATE * direction
                norms[name] = max(norm + speed[name], FLOOR * first[name])
                parameters[name] = theta[name] * (norms[name] / norm)
    _scales.rescale(net, {name: norms[name] / first[name] for name in first})


def _gradient_quotient(net: ResNet, theta: Tensors, images: Tensor, labels: Tensor) -> Tensor:
    """Return GQ of the mean cross-entropy at `theta`, with a graph to differentiate it by theta."""
    import torch

    from resweep.nets.schemes import _scales

    g = _scales.gradients(_scales.loss(net, theta, images, labels), theta, create_graph=True)
    half_square = torch.stack([slope.square().sum() / 2 for slope in g.values()]).sum()
    hg = _scales.gradients(half_square, theta, create_graph=True)
    terms = []
    for name, slope in g.items():
        guarded = slope + EPSILON * torch.where(slope >= 0, 1.0, -1.0)
        terms.append(((slope - hg[name]) / guarded - 1).abs().sum())
    return torch.stack(terms).sum() / sum(p.numel() for p in theta.values())
