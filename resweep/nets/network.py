"""The paper's network: a 3x3 stem without activation, L blocks, and a linear head."""

from collections.abc import Callable, Iterator
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from resweep import registry, scheme_pages
from resweep.contracts import optional
from resweep.contracts.schemes import SchemeOptions
from resweep.experiment import Experiment
from resweep.nets import kernels
from resweep.nets.kernels.returning import in_its_format
from resweep.scheme_pages import BLOCKS

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
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
    "tf32": torch.float32,  # stored and added as float32; `resweep.lab.arithmetic` rounds factors
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}


class Branch(nn.Module):
    """The parameters of one block: `convs` convolutions C -> C, with biases if `biased`.

    A normalized form also has one batch normalization for each convolution. Biases are 0 at first.
    """

    def __init__(
        self,
        channels: int,
        kernel: int,
        convs: int,
        activation: str,
        normalized: bool,
        biased: bool = False,
    ) -> None:
        super().__init__()
        self.weights = nn.ParameterList(
            torch.empty(channels, channels, kernel, kernel) for _ in range(convs)
        )
        self.biases = nn.ParameterList(torch.zeros(channels) for _ in range(convs if biased else 0))
        self.norms = nn.ModuleList(
            nn.BatchNorm2d(channels) for _ in range(convs if normalized else 0)
        )
        self.activation = activation
        self.scale: nn.Parameter | float | None = None

    @property
    def depth(self) -> int:
        """The number of convolutions."""
        return len(self.weights)

    def bias(self, i: int) -> Tensor | None:
        """The bias (C,) of convolution i, or None where convolutions have none."""
        return self.biases[i] if len(self.biases) else None

    @property
    def fused(self) -> bool:
        """Whether one call of a convolution kernel computes the whole branch.

        That takes an activation the kernels know, no `scale`, no parameters that a block form or a
        scheme has added by subclassing, and no biases, but of a single convolution or where they
        stand beside normalizations.
        """
        bare = type(self) is Branch and self.scale is None
        plain = len(self.biases) == 0 or self.depth == 1 or len(self.norms) > 0
        return bare and plain and self.activation in kernels.ACTIVATIONS

    def conv(
        self, i: int, x: Tensor, *, activate: bool = False, onto: Tensor | None = None
    ) -> Tensor:
        """u = conv_i(x) + b_i, or f(u) with `activate`, joined to the shortcut `onto` if given.

        Where the kernels can, convolution, activation and sum are one fused call.
        """
        relu = activate and self.activation == "relu"
        fused = onto is x and (relu or not activate) and self.scale is None
        f = "relu" if relu else "identity"
        y = kernels.convolution(x, self.weights[i], self.bias(i), activation=f, residual=fused)
        if activate and not relu:
            y = self.activate(y)
        return y if fused or onto is None else self.join(onto, y)

    def join(self, z: Tensor, y: Tensor) -> Tensor:
        """z + scale y, the sum of shortcut and branch.

        A scheme may set `scale` to a number or a parameter; without one it is 1.
        """
        return z + y if self.scale is None else z + self.scale * y

    def norm(
        self, i: int, u: Tensor, *, activate: bool = False, onto: Tensor | None = None
    ) -> Tensor:
        """BN_i(u), or f(BN_i(u)) with `activate`, joined to the shortcut `onto` where it is given.

        Where the kernels can, normalization, activation and sum are one fused call.
        """
        relu = activate and self.activation == "relu"
        fused = onto is not None and (relu or not activate) and self.scale is None
        norm, f = cast("nn.BatchNorm2d", self.norms[i]), "relu" if relu else "identity"
        y = kernels.normalize(norm, u, activation=f, onto=onto if fused else None)
        if activate and not relu:
            y = self.activate(y)
        return y if fused or onto is None else self.join(onto, y)

    def activate(self, u: Tensor) -> Tensor:
        """f(u)."""
        return ACTIVATIONS[self.activation](u)


class ResNet(nn.Module):
    """Stem 3 -> C, L blocks of one form, head to classes; `initialize` sets the weights.

    `size` is the (H, W) of the images, which only a flattened head depends on.

    A block form or a scheme that needs more than convolutions (gates, scalars, biases) adds it in a
    function `extend(net, experiment)` of its module. A form whose blocks are equal convolutions and
    activations defines `SKIPS`, which says whether each block adds its input, and `ACTIVATE_FIRST`
    where they stand before the convolutions, or `ACTIVATE_LAST` where one stands behind the sum;
    one whose blocks normalize defines `NORM_FIRST`, which says whether they do before the
    convolution. Where all of them are `fused`, the network computes them in one call.
    """

    def __init__(
        self,
        experiment: Experiment,
        in_channels: int = 3,
        classes: int = 10,
        size: tuple[int, int] = (32, 32),
    ) -> None:
        super().__init__()
        e = experiment
        self.form, scheme = registry.load(BLOCKS, e.block), scheme_pages.load(e)
        self.stem = nn.Parameter(torch.empty(e.channels, in_channels, 3, 3))
        self.stem_bias = nn.Parameter(torch.zeros(e.channels)) if e.conv_bias else None
        self.branches = nn.ModuleList(
            Branch(e.channels, e.kernel, e.convs, e.activation, self.form.NORMALIZED, e.conv_bias)
            for _ in range(e.blocks)
        )
        self.flattens = e.head == "flatten"
        pixels = size[0] * size[1] if self.flattens else 1
        self.head = nn.Linear(e.channels * pixels, classes)
        for owner in (self.form, scheme):
            if extend := optional(owner, SchemeOptions.extend):
                extend(self, e)
        self.to(DTYPES[e.precision])

    def states(self, x: Tensor) -> Iterator[Tensor]:
        """z_0 (the stem's output), z_1, ..., z_L, each (N, C, H, W)."""
        form = kernels.memory_format(x, cast("Branch", self.branches[0]).weights[0])
        if form == torch.contiguous_format:  # so that the stem's output need not be turned
            x = x.contiguous()
        z = kernels.convolution(x, self.stem, self.stem_bias).contiguous(memory_format=form)
        yield z
        for branch in self.branches:
            z = self.form.forward(z, branch)
            yield z

    def features(self, z: Tensor) -> Tensor:
        """What the head sees of the last state (N, C, H, W): its means (N, C), or all of it."""
        return z.flatten(1) if self.flattens else in_its_format(z).mean((2, 3))

    def classify(self, z: Tensor) -> Tensor:
        """The logits (N, classes) of the last state (N, C, H, W)."""
        logits: Tensor = self.head(self.features(z))
        return logits

    def forward(self, x: Tensor) -> Tensor:
        """The logits (N, classes) of the images `x` (N, in_channels, H, W)."""
        if self.chained:
            return self.classify(self.through(next(self.states(x))))
        for z in self.states(x):
            last = z
        return self.classify(last)

    @property
    def chained(self) -> bool:
        """Whether one call computes all blocks, which `through` then does."""
        form = self.form
        if not (hasattr(form, "SKIPS") or hasattr(form, "NORM_FIRST")):
            return False
        branches = [branch for branch in self.branches if isinstance(branch, Branch)]
        if getattr(form, "ACTIVATE_FIRST", False) and any(len(b.biases) for b in branches):
            return False
        if getattr(form, "ACTIVATE_LAST", False) and any(b.depth > 1 for b in branches):
            return False
        return all(branch.fused for branch in self.branches)

    def through(self, z: Tensor) -> Tensor:
        """The last state z_L from the first one z_0, in one call; the network must be `chained`."""
        branches = [branch for branch in self.branches if isinstance(branch, Branch)]
        weights, activation = [w for b in branches for w in b.weights], branches[0].activation
        if self.form.NORMALIZED:
            return kernels.normalized_convolutions(
                z,
                weights,
                [cast("nn.BatchNorm2d", norm) for b in branches for norm in b.norms],
                [bias for b in branches for bias in b.biases],
                activation=activation,
                depth=branches[0].depth,
                norm_first=self.form.NORM_FIRST,
            )
        skips, depth = self.form.SKIPS, branches[0].depth
        first = getattr(self.form, "ACTIVATE_FIRST", False)
        if skips and (depth > 1 or first):
            return kernels.activated_convolutions(
                z, weights, activation=activation, depth=depth, activate_first=first
            )
        return kernels.convolutions(
            z,
            weights,
            [branch.biases[0] for branch in branches if len(branch.biases)],
            activation=activation,
            residual=skips,
            activate_last=getattr(self.form, "ACTIVATE_LAST", False),
        )
