"""Draw every weight of a network from a scheme and one generator."""

import math

import torch
from torch import Tensor, nn

from resweep.experiment import Experiment
from resweep.nets.network import ResNet
from resweep.nets.schemes import variance

TRUNCATED_STD = 0.8796256610342398  # standard deviation of N(0, 1) cut at +-2


@torch.no_grad()
def initialize(net: ResNet, experiment: Experiment, generator: torch.Generator) -> None:
    """Fill `net` in place: stem N(0, 2/n), branches by the scheme, head N(0, 1/n) with bias 0.

    All draws are standard and double, scaled afterwards, in one fixed order: two experiments of one seed and one shape
    that differ in scheme, c or multiplier get the same draws at another scale.
    """
    draw(net.stem, 2.0 / net.stem[0].numel(), "normal", generator)
    for block, branch in enumerate(net.branches):
        for conv, weight in enumerate(branch.weights):
            draw(weight, variance(experiment, block, conv), experiment.distribution, generator)
    draw(net.head.weight, 1.0 / net.head.in_features, "normal", generator)
    nn.init.zeros_(net.head.bias)


def draw(weight: Tensor, variance: float, distribution: str, generator: torch.Generator) -> None:
    """Overwrite `weight` with zero-mean draws of the given variance: normal, normal cut at two sigma, or uniform."""
    standard = torch.empty(weight.shape, dtype=torch.float64)
    if distribution == "normal":
        standard.normal_(generator=generator)
    elif distribution == "truncated-normal":
        nn.init.trunc_normal_(standard, 0.0, 1.0, -2.0, 2.0, generator=generator).div_(TRUNCATED_STD)
    else:
        standard.uniform_(-math.sqrt(3.0), math.sqrt(3.0), generator=generator)
    weight.copy_(standard.mul_(math.sqrt(variance)))
