"""Draw every weight of a network, as an initialization scheme says, from one random generator.

A data-driven scheme then fits the drawn weights to a batch of images: see `adapt`.
"""

import math
from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor, nn

from resweep import scheme_pages
from resweep.contracts import optional
from resweep.contracts.schemes import SchemeOptions
from resweep.experiment import Experiment
from resweep.nets import schemes
from resweep.nets.network import ResNet
from resweep.nets.schemes._shortcut import branches

HEADS: dict[str, Callable[[int, int], float]] = {  # Var[w] from fan-in and number of classes
    "lecun": lambda inputs, classes: 1 / inputs,
    "glorot": lambda inputs, classes: 2 / (inputs + classes),
    "zero": lambda inputs, classes: 0.0,
}
TRUNCATED_STD = 0.8796256610342398  # standard deviation of N(0, 1) truncated at +-2


@torch.no_grad()
def initialize(net: ResNet, experiment: Experiment, generator: torch.Generator) -> None:
    """Draw the weights of `net` in place.

    The stem is N(0, 2/n), n being the fan-in, and the head is normal with the variance that
    `head_init` names and bias 0; the scheme decides the branches. All draws are standard and in
    double precision, in a fixed order, and are scaled afterwards. Two experiments of the same seed
    and shape that differ in scheme, `c` or `multiplier` therefore get the same draws at different
    scales.

    Raises UsageError for a scheme that has no meaning in this network.
    """
    e = experiment
    scheme_pages.check(e)
    scheme = scheme_pages.load(e)
    own_draw = optional(scheme, SchemeOptions.draw)
    draw(net.stem, 2.0 / net.stem[0].numel(), "normal", generator)
    for block, branch in enumerate(branches(net)):
        for conv, weight in enumerate(branch.weights):
            variance = schemes.variance(e, block, conv)
            if own_draw is not None:
                own_draw(weight, schemes.site(e, block, conv), variance, generator)
            else:
                draw(weight, variance, e.distribution, generator)
    variance = HEADS[e.head_init](net.head.in_features, net.head.out_features)
    draw(net.head.weight, variance, "normal", generator)
    nn.init.zeros_(net.head.bias)
    finish = optional(scheme, SchemeOptions.finish)
    if finish is not None:
        finish(net)


def adapt(
    net: nn.Module,
    experiment: Experiment,
    images: Tensor,
    labels: Tensor,
    generator: torch.Generator,
) -> None:
    """Let a data-driven scheme fit the drawn weights of `net` to a batch.

    `images` (N, 3, H, W) are standardized and `labels` (N,) are their classes. A scheme without an
    `adapt` function leaves the network unchanged. The running statistics of batch normalization
    are restored afterwards, and the gradients of the parameters stay as they were.
    """
    fit = optional(scheme_pages.load(experiment), SchemeOptions.adapt)
    if fit is None:
        return
    net.train()
    statistics = {name: buffer.clone() for name, buffer in net.named_buffers()}
    fit(cast("ResNet", net), experiment, images, labels, generator)
    with torch.no_grad():
        for name, buffer in net.named_buffers():
            buffer.copy_(statistics[name])


def draw(weight: Tensor, variance: float, distribution: str, generator: torch.Generator) -> None:
    """Overwrite `weight` with draws of mean 0 and the given variance.

    `distribution` is "normal", "truncated-normal" (a normal cut off at two of its standard
    deviations, rescaled to the variance asked for) or "uniform".
    """
    if distribution == "normal":
        standard = standard_normal(weight.shape, generator)
    elif distribution == "truncated-normal":
        standard = torch.empty(weight.shape, dtype=torch.float64)
        nn.init.trunc_normal_(standard, 0.0, 1.0, -2.0, 2.0, generator=generator).div_(
            TRUNCATED_STD
        )
    else:
        standard = torch.empty(weight.shape, dtype=torch.float64)
        standard.uniform_(-math.sqrt(3.0), math.sqrt(3.0), generator=generator)
    weight.copy_(standard.mul_(math.sqrt(variance)))


def standard_normal(shape: torch.Size, generator: torch.Generator) -> Tensor:
    """Draws of N(0, 1) in double precision, on the CPU."""
    return torch.empty(shape, dtype=torch.float64).normal_(generator=generator)
