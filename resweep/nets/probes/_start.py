"""The network at step 0 on one probe batch: what every probe reads."""

from functools import cached_property
from typing import NamedTuple

import torch
from torch import Tensor

from resweep.nets.loss import cross_entropy
from resweep.nets.network import ResNet


class Readings(NamedTuple):
    metrics: dict[str, float]
    profiles: dict[str, tuple[float, ...]]


class Start:
    """One forward pass of `net` over `images` (N, 3, H, W), kept with its graph until the probes are done."""

    def __init__(self, net: ResNet, images: Tensor, labels: Tensor, generator: torch.Generator) -> None:
        self.net, self.images, self.labels, self.generator = net, images, labels, generator

    @cached_property
    def states(self) -> list[Tensor]:
        """z_0 .. z_L with their graph."""
        return list(self.net.states(self.images))

    @cached_property
    def loss(self) -> Tensor:
        """Mean cross-entropy of the probe batch."""
        return cross_entropy(self.net.classify(self.states[-1]), self.labels)
