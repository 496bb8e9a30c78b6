"""One factor on every tensor, fitted to make the loss after one gradient step as small as can be.

    min over s of  L(S'; theta - eta g / |g|)   where   |g| <= gamma,   theta = s theta_0

with g = dL(S; theta) / dtheta. Zhu et al. 2021, GradInit (arXiv 2102.08098), algorithm 1, after
zhuchen03/gradinit gradinit_utils.py, read and checked: where |g| > gamma a step of Adam on s lowers
|g|, else it lowers the loss after the step, with g held constant. Each kind of step has its own
moments; |ds| is clipped to 1 and s >= 0.01; eta = 0.1, gamma = 1 and a normalized gradient, as in
their scripts for CIFAR-10 and SGD. S and S' share half of their images. theta_0 is He's,
Var[w] = 2 / n, before the fit, and predictions are of that start. The fitted scales belong to eta,
gamma and SGD, whatever trains the network afterwards.

What is smaller here: the first 16 images of the probe batch, the same at every iteration, and 40
iterations at rate 0.03 (theirs: some hundreds at 0.001 to 0.1, with fresh batches). All of it is in
float64, so that a start that overflows float32 has gradients too. An iteration differentiates
twice: at 100 blocks of 8 x 8 kernels that is work for a GPU.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from resweep.nets.schemes.he import variance

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from resweep.nets.network import ResNet
    from resweep.nets.schemes._scales import Tensors

__all__ = ["adapt", "variance"]

ETA, GAMMA = 0.1, 1.0
RATE, ITERATIONS, FLOOR, CLIP = 0.03, 40, 0.01, 1.0
IMAGES = 16


def adapt(net: ResNet, images: Tensor, labels: Tensor, generator: torch.Generator) -> None:
    """Fit one scale to each tensor that is not zero, and multiply the tensor by it."""
    import torch

    from resweep.nets.schemes import _scales

    start = _scales.double_parameters(net)
    scales = {
        name: torch.ones_like(p.sum(), requires_grad=True) for name, p in start.items() if p.any()
    }
    lower_norm, lower_loss = (torch.optim.Adam(scales.values(), lr=RATE) for _ in range(2))
    with _scales.differentiable(), torch.enable_grad():
        for _ in range(ITERATIONS):
            norm, loss = _one_step(net, start, scales, images[:IMAGES], labels[:IMAGES])
            optimizer, objective = (lower_norm, norm) if norm > GAMMA else (lower_loss, loss)
            for name, slope in _scales.gradients(objective, scales).items():
                scales[name].grad = slope.clamp(-CLIP, CLIP)
            optimizer.step()
            with torch.no_grad():
                for scale in scales.values():
                    scale.clamp_(min=FLOOR)
    _scales.rescale(net, {name: scale.item() for name, scale in scales.items()})


def _one_step(
    net: ResNet, start: Tensors, scales: Tensors, images: Tensor, labels: Tensor
) -> tuple[Tensor, Tensor]:
    """Return |g| and the loss after a step of length eta along -g, both functions of the scales."""
    import torch

    from resweep.nets.schemes import _scales

    quarter = len(images) // 4
    before, after = slice(0, 2 * quarter), slice(quarter, 3 * quarter)
    theta = {
        name: scales[name] * p if name in scales else p.requires_grad_()
        for name, p in start.items()
    }
    g = _scales.gradients(
        _scales.loss(net, theta, images[before], labels[before]), theta, create_graph=True
    )
    norm = torch.stack([slope.square().sum() for slope in g.values()]).sum().sqrt()
    stepped = {name: p - ETA * (g[name] / norm).detach() for name, p in theta.items()}
    return norm, _scales.loss(net, stepped, images[after], labels[after])
