"""One factor s_t on every tensor, fitted so that the loss after a single gradient step is as small as can be.

    min over s of  L(S'; theta - eta g / |g|)   where   |g| <= gamma,    theta = s theta_0,   g = dL(S; theta) / dtheta

Zhu et al. 2021, GradInit (arXiv 2102.08098), algorithm 1, after zhuchen03/gradinit gradinit_utils.py, read and checked:
where |g| > gamma a step of Adam on s lowers |g|, else the loss after the step, with g held constant; each kind of step
has its own moments; |ds| is clipped to 1, s >= 0.01; eta = 0.1, gamma = 1, a normalized gradient, as in their scripts
for CIFAR-10 and SGD. S and S' share half of their images. theta_0 is He's, Var[w] = 2 / n, before the fit: predictions
are of that start. The fitted scales belong to eta, gamma and SGD, whatever trains the network afterwards.

What is smaller here: the probe batch's first 16 images, the same at every iteration, and 40 iterations at rate 0.03
(theirs: some hundreds at 0.001 to 0.1, fresh batches). In float64, so that a start that overflows float32 has gradients
too. An iteration differentiates twice: at 100 blocks of 8 x 8 it is work for a GPU.
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
    import torch

    from resweep.nets.schemes import _scales

    start = _scales.double_parameters(net)
    scales = {
        name: torch.ones_like(p.sum(), requires_grad=True) for name, p in start.items() if p.any()
    }
    lower_norm, lower_loss = (torch.optim.Adam(scales.values(), lr=RATE) for _ in range(2))
    with _scales.differentiable(), torch.enable_grad():
        for _ in range(ITERATIONS):
            norm, loss = one_step(net, start, scales, images[:IMAGES], labels[:IMAGES])
            optimizer, objective = (lower_norm, norm) if norm > GAMMA else (lower_loss, loss)
            for name, slope in _scales.gradients(objective, scales).items():
                scales[name].grad = slope.clamp(-CLIP, CLIP)
            optimizer.step()
            with torch.no_grad():
                for scale in scales.values():
                    scale.clamp_(min=FLOOR)
    _scales.rescale(net, {name: scale.item() for name, scale in scales.items()})


def one_step(
    net: ResNet, start: Tensors, scales: Tensors, images: Tensor, labels: Tensor
) -> tuple[Tensor, Tensor]:
    """(|g|, the loss after a step of length eta along -g), both functions of the scales."""
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
