"""The network at step 0 on one probe batch: what every probe reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import NamedTuple

import torch
from torch import Tensor, nn

from resweep.nets import streams
from resweep.nets.loss import cross_entropy
from resweep.nets.network import Branch, ResNet


class Readings(NamedTuple):
    """Scalars and series by name. A series has L or L+1 values unless its probe's page says what it runs over."""

    metrics: dict[str, float]
    profiles: dict[str, tuple[float, ...]]


class Start:
    """One forward pass of `net` over `images` (N, 3, H, W), kept with its graph until the probes are done.

    A probe changes neither the network nor its gradients and buffers, and draws from its own `stream`.
    """

    def __init__(
        self, net: ResNet, images: Tensor, labels: Tensor, generator: torch.Generator
    ) -> None:
        self.net, self.images, self.labels, self.generator = net, images, labels, generator

    @property
    def depth(self) -> int:
        """Convolutions in a branch."""
        branch = self.net.branches[0]
        assert isinstance(branch, Branch)
        return branch.depth

    @cached_property
    def states(self) -> list[Tensor]:
        """z_0 .. z_L with their graph."""
        return self.forward(self.images)

    @cached_property
    def loss(self) -> Tensor:
        """Mean cross-entropy of the probe batch."""
        return cross_entropy(self.net.classify(self.states[-1]), self.labels)

    def forward(self, images: Tensor) -> list[Tensor]:
        """z_0 .. z_L of other images, or of fewer, with a graph of their own."""
        with quiet(self.net):
            return list(self.net.states(images))

    def logits(self, images: Tensor) -> Tensor:
        return self.net.classify(self.forward(images)[-1])

    def stream(self, name: str) -> torch.Generator:
        """A fresh CPU generator for the probe `name`: the same draws whichever other probes run, and however often."""
        return streams.generator(self.generator.initial_seed(), name)

    def normal(self, name: str, like: Tensor) -> Tensor:
        """Standard normal draws of `stream(name)`, made in double on the CPU, in the shape and kind of `like`."""
        return (
            torch.empty(like.shape, dtype=torch.float64)
            .normal_(generator=self.stream(name))
            .to(like)
        )


@contextmanager
def quiet(net: nn.Module) -> Iterator[None]:
    """Batch normalization keeps no running statistics inside the block.

    They are switched off, not written back afterwards: a backward pass refuses buffers that were written after its
    forward pass.
    """
    tracking = [
        m
        for m in net.modules()
        if isinstance(m, nn.modules.batchnorm._BatchNorm) and m.track_running_stats
    ]
    try:
        for module in tracking:
            module.track_running_stats = False
        yield
    finally:
        for module in tracking:
            module.track_running_stats = True
