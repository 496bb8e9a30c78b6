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
    """Scalars and series by name.

    A series has L or L + 1 values unless its probe's docstring says what it runs over.
    """

    metrics: dict[str, float]
    profiles: dict[str, tuple[float, ...]]


class Pass(NamedTuple):
    """The states z_0 .. z_L of one forward pass, with their graph, and the logits (N, classes)."""

    states: list[Tensor]
    logits: Tensor


class Start:
    """One forward pass of `net` over `images` (N, 3, H, W), with its graph, for all probes.

    A probe changes neither the network nor its gradients and buffers, and it draws from a `stream`
    of its own. What is here is for the built-in network; `resweep.nets.foreign.start` reads others.
    """

    rescales = True  # whether `_rescaled.py` can go on where the network's dtype ends

    def __init__(
        self, net: nn.Module, images: Tensor, labels: Tensor, generator: torch.Generator
    ) -> None:
        self.net, self.images, self.labels, self.generator = net, images, labels, generator

    @property
    def built_in(self) -> ResNet:
        """The network, under its own type."""
        assert isinstance(self.net, ResNet)
        return self.net

    @property
    def depth(self) -> int:
        """The number of convolutions in a branch."""
        branch = self.built_in.branches[0]
        assert isinstance(branch, Branch)
        return branch.depth

    @property
    def weights(self) -> list[tuple[str, ...]]:
        """The names of the weights of every block, in the order in which they are applied."""
        convs, blocks = range(self.depth), range(len(self.built_in.branches))
        return [tuple(f"branches.{block}.weights.{conv}" for conv in convs) for block in blocks]

    def of_branch(self, name: str) -> bool:
        """Whether a parameter of this name is a weight or a scalar of a branch."""
        return name.startswith("branches.") and "bias" not in name

    @property
    def coupled(self) -> bool:
        """Whether the logits of an image depend on the others of its batch."""
        return bool(self.built_in.form.NORMALIZED)

    @cached_property
    def _passed(self) -> Pass:
        return self.passed(self.images)

    @property
    def states(self) -> list[Tensor]:
        """z_0 .. z_L of the probe batch, with their graph."""
        return self._passed.states

    @cached_property
    def loss(self) -> Tensor:
        """The mean cross-entropy of the probe batch, in nats."""
        return cross_entropy(self._passed.logits, self.labels)

    def passed(self, images: Tensor) -> Pass:
        """Return what other images, or fewer, give, with a graph of their own."""
        with quiet(self.net):
            states = list(self.built_in.states(images))
        return Pass(states, self.built_in.classify(states[-1]))

    def forward(self, images: Tensor) -> list[Tensor]:
        """Return z_0 .. z_L of other images, or of fewer, with a graph of their own."""
        return self.passed(images).states

    def logits(self, images: Tensor) -> Tensor:
        """Return the logits (N, classes) of other images, or of fewer."""
        return self.passed(images).logits

    def stream(self, name: str) -> torch.Generator:
        """Return a new CPU generator for the probe `name`.

        Its draws depend neither on which other probes run nor on how often they run.
        """
        return streams.generator(self.generator.initial_seed(), name)

    def normal(self, name: str, like: Tensor) -> Tensor:
        """Return standard normal draws of `stream(name)` in the shape, dtype and device of `like`.

        They are made in double on the CPU, so that they are the same everywhere.
        """
        standard = torch.empty(like.shape, dtype=torch.float64)
        return standard.normal_(generator=self.stream(name)).to(like.dtype).to(like.device)


@contextmanager
def quiet(net: nn.Module) -> Iterator[None]:
    """Let batch normalization keep no running statistics within the context.

    They are switched off rather than restored afterwards, because a backward pass refuses buffers
    that were written after its forward pass.
    """
    norms = [m for m in net.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    tracking = [norm for norm in norms if norm.track_running_stats]
    try:
        for module in tracking:
            module.track_running_stats = False
        yield
    finally:
        for module in tracking:
            module.track_running_stats = True
