"""One factor on every tensor, fitted to make the loss after one step of gradient descent small.

    min over s of  L(S'; theta - eta A(g))   where   |g| <= gamma,   theta = s theta_0

with g = dL(S; theta) / dtheta and A(g) the first step of the optimizer that trains the network:

    sgd           A = g / |g|,   |g| the Euclidean norm,    eta = 0.1,    gamma = 1
    adam, adamw   A = sign g,    |g| the sum of |g_i|,      eta = 0.001,  gamma = 1000

Zhu et al. 2021, GradInit (arXiv 2102.08098), algorithm 1, after zhuchen03/gradinit,
gradinit_utils.py and gradinit_optimizers.py, read and checked. Where |g| > gamma a step on the
scales lowers |g|, else it lowers the loss after the step, divided by eta, with g held constant. The
steps are Adam's. Each of the two objectives has first moments of its own, and both share the second
moments; slopes are clipped to 1, and a scale stays at 0.01 or above, a bias's at 0. S and S' share
half of their images. The constants for SGD are those of their scripts for CIFAR-10. For Adam they
give eta and gamma, and no clip, in their code for machine translation alone; those are taken here.

theta_0 is He's, Var[w] = 2 / n. What is smaller here: the first 16 images of the probe batch, the
same at every iteration, and 40 iterations at rate 0.03 (theirs: 390 at 0.001 to 0.1 for CIFAR-10,
with fresh batches). All of it is in float64, so that a start that overflows float32 has gradients
too; a slope that is not finite ends the fit. An iteration differentiates twice: at 100 blocks of
8 x 8 kernels that is work for a GPU.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from resweep.experiment import Experiment
from resweep.nets.schemes.he import variance

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from resweep.nets.foreign.tree import Tree
    from resweep.nets.network import ResNet
    from resweep.nets.schemes._scales import Tensors

__all__ = ["adapt", "on_modules", "variance"]

RATE, ITERATIONS, FLOOR = 0.03, 40, 0.01
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8
IMAGES = 16

Objective = Literal["norm", "loss"]


class Rule(NamedTuple):
    """What the fit takes from the optimizer: its step and norm, and the published constants."""

    signs: bool
    eta: float
    gamma: float
    clip: float


SGD = Rule(signs=False, eta=0.1, gamma=1.0, clip=1.0)
ADAM = Rule(signs=True, eta=1e-3, gamma=1e3, clip=math.inf)


def adapt(
    net: ResNet,
    experiment: Experiment,
    images: Tensor,
    labels: Tensor,
    generator: torch.Generator,
) -> None:
    """Fit one scale to each tensor that is not zero, and multiply the tensor by it."""
    import torch

    from resweep.nets.schemes import _scales

    rule = SGD if experiment.optimizer == "sgd" else ADAM
    start = _scales.double_parameters(net)
    fits = {}
    for name, parameter in start.items():
        if parameter.any():
            fits[name] = _Fit(floor=0.0 if "bias" in name else FLOOR)
    with _scales.differentiable(), torch.enable_grad():
        for _ in range(ITERATIONS):
            scales = {}
            for name, fit in fits.items():
                scales[name] = torch.tensor(fit.scale, dtype=torch.float64, requires_grad=True)
            norm, loss = _one_step(net, start, scales, images[:IMAGES], labels[:IMAGES], rule)
            objective, value = _objective(norm, loss, rule)
            slopes = {n: s.item() for n, s in _scales.gradients(value, scales).items()}
            if not all(map(math.isfinite, slopes.values())):
                break
            for name, slope in slopes.items():
                fits[name].step(max(-rule.clip, min(slope, rule.clip)), objective)
    _scales.rescale(net, {name: fit.scale for name, fit in fits.items()})


def on_modules(tree: Tree, experiment: Experiment) -> None:
    """Set nothing: `adapt` fits the tensors of any network."""


def _objective(norm: Tensor, loss: Tensor, rule: Rule) -> tuple[Objective, Tensor]:
    """Return what the next step on the scales lowers: |g| above gamma, else the loss over eta."""
    return ("norm", norm) if norm > rule.gamma else ("loss", loss / rule.eta)


@dataclass
class _Fit:
    """The scale of one tensor under Adam with two objectives: two first moments, one second."""

    floor: float
    scale: float = 1.0
    square: float = 0.0
    mean: dict[Objective, float] = field(default_factory=lambda: {"norm": 0.0, "loss": 0.0})
    steps: dict[Objective, int] = field(default_factory=lambda: {"norm": 0, "loss": 0})

    def step(self, slope: float, objective: Objective) -> None:
        """Take one step against `slope`; a scale of 0 stays there."""
        if self.scale == 0:
            return
        self.steps[objective] += 1
        self.mean[objective] = BETA1 * self.mean[objective] + (1 - BETA1) * slope
        self.square = BETA2 * self.square + (1 - BETA2) * slope * slope
        mean = self.mean[objective] / (1 - BETA1 ** self.steps[objective])
        square = self.square / (1 - BETA2 ** sum(self.steps.values()))
        self.scale = max(self.scale - RATE * mean / (math.sqrt(square) + EPSILON), self.floor)


def _one_step(
    net: ResNet, start: Tensors, scales: Tensors, images: Tensor, labels: Tensor, rule: Rule
) -> tuple[Tensor, Tensor]:
    """Return |g| and the loss after the optimizer's first step, both functions of the scales."""
    import torch

    from resweep.nets.schemes import _scales

    quarter = len(images) // 4
    before, after = slice(0, 2 * quarter), slice(quarter, 3 * quarter)
    theta = {}
    for name, parameter in start.items():
        scaled = scales[name] * parameter if name in scales else parameter.requires_grad_()
        theta[name] = scaled
    loss = _scales.loss(net, theta, images[before], labels[before])
    g = _scales.gradients(loss, theta, create_graph=True)
    if rule.signs:
        norm = torch.stack([slope.abs().sum() for slope in g.values()]).sum()
    else:
        norm = torch.stack([slope.square().sum() for slope in g.values()]).sum().sqrt()
    stepped = {}
    for name, parameter in theta.items():
        step = g[name].sign() if rule.signs else g[name] / norm
        stepped[name] = parameter - rule.eta * step.detach()
    return norm, _scales.loss(net, stepped, images[after], labels[after])
