"""The paper's network: 3x3 stem without activation, L blocks, global average pool, linear head."""

from collections.abc import Iterator
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from resweep import registry
from resweep.experiment import Experiment
from resweep.nets import kernels
from resweep.scheme_pages import BLOCKS, SCHEMES

ACTIVATIONS = {
    "relu": F.relu,
    "identity": lambda u: u,
    "tanh": torch.tanh,
    "gelu": F.gelu,
    "silu": F.silu,
    "leaky-relu": F.leaky_relu,
}
DTYPES = {
    "float64": torch.float64,
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}


class Branch(nn.Module):
    """The parameters of one block: m convolutions C -> C without bias, and batch normalizations where the form asks."""

    def __init__(
        self, channels: int, kernel: int, convs: int, activation: str, normalized: bool
    ) -> None:
        super().__init__()
        self.weights = nn.ParameterList(
            torch.empty(channels, channels, kernel, kernel) for _ in range(convs)
        )
        self.norms = nn.ModuleList(
            nn.BatchNorm2d(channels) for _ in range(convs if normalized else 0)
        )
        self.activation = activation
        self.scale: nn.Parameter | float | None = None

    @property
    def depth(self) -> int:
        return len(self.weights)

    @property
    def fused(self) -> bool:
        """Whether the branch is one convolution and nothing but what its kernel does with it."""
        bare = type(self) is Branch and self.scale is None and not self.norms
        return bare and self.depth == 1 and self.activation in kernels.ACTIVATIONS

    def conv(
        self, i: int, x: Tensor, *, activate: bool = False, onto: Tensor | None = None
    ) -> Tensor:
        """u = conv_i(x); f(u) with `activate`; joined to z with `onto` = z. One fused kernel where it can be."""
        relu = activate and self.activation == "relu"
        fused = onto is x and (relu or not activate) and self.scale is None
        y = kernels.convolution(
            x, self.weights[i], activation="relu" if relu else "identity", residual=fused
        )
        if activate and not relu:
            y = self.activate(y)
        return y if fused or onto is None else self.join(onto, y)

    def join(self, z: Tensor, y: Tensor) -> Tensor:
        """z + scale y: where the branch meets the shortcut; a scheme may set `scale` (a number or a parameter)."""
        return z + y if self.scale is None else z + self.scale * y

    def norm(
        self, i: int, u: Tensor, *, activate: bool = False, onto: Tensor | None = None
    ) -> Tensor:
        """BN_i(u); f(BN_i(u)) with `activate`; joined to z with `onto` = z. One fused kernel where it can be."""
        relu = activate and self.activation == "relu"
        fused = onto is not None and (relu or not activate) and self.scale is None
        norm, f = cast("nn.BatchNorm2d", self.norms[i]), "relu" if relu else "identity"
        y = kernels.normalize(norm, u, activation=f, onto=onto if fused else None)
        if activate and not relu:
            y = self.activate(y)
        return y if fused or onto is None else self.join(onto, y)

    def activate(self, u: Tensor) -> Tensor:
        return ACTIVATIONS[self.activation](u)


class ResNet(nn.Module):
    """Stem 3 -> C, L blocks of one form, head C -> classes. Weights are not set here: see `initialize`.

    A block form or a scheme that needs more than convolutions (gates, scalars, biases) adds it in a function
    `extend(net, experiment)` of its file. A form whose bare blocks are equal convolutions says so in `SKIPS`, whether
    each adds its input, and the network goes through all of them in one step.
    """

    def __init__(self, experiment: Experiment, in_channels: int = 3, classes: int = 10) -> None:
        super().__init__()
        e = experiment
        self.form, scheme = registry.load(BLOCKS, e.block), registry.load(SCHEMES, e.scheme)
        self.stem = nn.Parameter(torch.empty(e.channels, in_channels, 3, 3))
        self.branches = nn.ModuleList(
            Branch(e.channels, e.kernel, e.convs, e.activation, self.form.NORMALIZED)
            for _ in range(e.blocks)
        )
        self.head = nn.Linear(e.channels, classes)
        for owner in (self.form, scheme):
            if extend := getattr(owner, "extend", None):
                extend(self, e)
        self.to(DTYPES[e.precision])

    def states(self, x: Tensor) -> Iterator[Tensor]:
        """z_0 (the stem's output), z_1, ..., z_L, each (N, C, H, W)."""
        z = kernels.convolution(x, self.stem).contiguous(memory_format=torch.channels_last)
        yield z
        for branch in self.branches:
            z = self.form.forward(z, branch)
            yield z

    def classify(self, z: Tensor) -> Tensor:
        """Logits (N, classes) of the last state: global average pool, then the linear head."""
        return self.head(z.mean((2, 3)))

    def forward(self, x: Tensor) -> Tensor:
        if hasattr(self.form, "SKIPS") and all(branch.fused for branch in self.branches):
            return self.classify(self.through(next(self.states(x))))
        for z in self.states(x):
            last = z
        return self.classify(last)

    def through(self, z: Tensor) -> Tensor:
        """z_L of z_0 where every branch is `fused`."""
        branches = [branch for branch in self.branches if isinstance(branch, Branch)]
        weights, activation = [branch.weights[0] for branch in branches], branches[0].activation
        return kernels.convolutions(z, weights, activation=activation, residual=self.form.SKIPS)
