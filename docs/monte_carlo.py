"""Networks drawn at random beside their theory: the harness behind theory.md.

`combinations` lists every (block, scheme, activation) of the registries that the program accepts and theory speaks of.
Each is drawn in float64 at two sizes, C = N = 64 and 128 channels and images, and compared with theory at each size;
every block form and activation also with two convolutions of 3x3 on padded images, at 16 and 32. An expectation over
random weights is a power series in 1/C and 1/N, of which theory keeps the first term, so the gap g(C) = measured -
predicted goes as k / C, and

    2 g(128) - g(64),     standard error  sqrt(4 s(128)^2 + s(64)^2)

has no such term left. It must vanish within t standard errors, t Student's for all comparisons together at 1 % (the
Bonferroni bound): no allowance, and nothing to choose but the one in a hundred.
"""

import math
from collections.abc import Iterator, Sequence
from statistics import fmean, stdev
from typing import Any, NamedTuple

from scipy.stats import t as student_t

from resweep import registry, scheme_pages
from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.nets import schemes
from resweep.nets.theory import predict
from resweep.scheme_pages import BLOCKS, SCHEMES

ACTIVATIONS = ("identity", "relu", "leaky-relu", "tanh", "gelu", "silu")
QUANTITIES = ("forward", "backward", "mean", "variance")
DEPTH, SEEDS = 4, 32
SIGNIFICANCE = 0.01
ROUNDING = (
    1e-7  # of the prediction: where nothing is random, batch normalization's epsilon included
)


class Combination(NamedTuple):
    """One network of the harness; `convs` is the smallest number of convolutions that the scheme accepts.

    A kernel of 1 sees images of one pixel, at 64 and 128 channels and images; a larger one images of 4x4 pixels with
    zero padding, at 16 and 32.
    """

    block: str
    scheme: str
    activation: str
    convs: int
    kernel: int = 1

    @property
    def size(self) -> int:
        return 1 if self.kernel == 1 else 4

    @property
    def widths(self) -> tuple[int, int]:
        return (64, 128) if self.kernel == 1 else (16, 32)

    def experiment(self, channels: int, seed: int = 0) -> Experiment:
        return Experiment(
            **self._asdict(), blocks=DEPTH, channels=channels, precision="float64", seed=seed
        )

    def predicted(self, channels: int) -> list[float]:
        return predicted(self.experiment(channels), self.size)

    def drawn(self, channels: int, seed: int) -> list[float]:
        return drawn(self.experiment(channels, seed), images=channels, size=self.size)


class Left(NamedTuple):
    """What the harness leaves out, and the program's own reason: refused, or without a closed theory."""

    block: str
    scheme: str
    activation: str
    refused: bool
    why: str


def combinations() -> Iterator[Combination | Left]:
    """Every block x scheme x activation of the directories, then every block x activation on padded images."""
    for block in registry.names(BLOCKS):
        for scheme in registry.names(SCHEMES):
            yield from (standing(block, scheme, activation) for activation in ACTIVATIONS)
    for block in registry.names(BLOCKS):
        scheme = "he" if block == "plain" else "depth-scaled"
        yield from (Combination(block, scheme, activation, 2, 3) for activation in ACTIVATIONS)


def standing(block: str, scheme: str, activation: str) -> Combination | Left:
    faults = []
    for convs in (1, 2):
        e = (found := Combination(block, scheme, activation, convs)).experiment(64)
        try:
            scheme_pages.check(e)
        except UsageError as error:
            faults.append(str(error))
            continue
        why = schemes.unpredicted(e)
        return Left(block, scheme, activation, False, why) if why else found
    return Left(block, scheme, activation, True, faults[-1])


def predicted(e: Experiment, size: int) -> list[float]:
    """QUANTITIES of theory: q_L / q_0, E[d_0^2] / E[d_L^2], mean and variance of z_L, from mean 0 and variance 1."""
    p = predict(e, size=(size, size))
    return [
        p.forward_second_moment[-1],
        p.backward_second_moment[0],
        p.forward_mean[-1],
        p.forward_variance[-1],
    ]


def drawn(e: Experiment, *, images: int, size: int) -> list[float]:
    """QUANTITIES of one seed, on white images, the stem an identity so that the first state is the images."""
    import torch

    from resweep.nets.initialize import initialize
    from resweep.nets.network import ResNet
    from resweep.nets.probes import Start
    from resweep.nets.probes.moments import measure
    from resweep.nets.streams import generator

    net = ResNet(e, in_channels=1)
    initialize(net, e, generator(e.seed, "weights"))
    net.stem = torch.nn.Parameter(
        torch.eye(e.channels).to(net.stem.dtype).view(e.channels, e.channels, 1, 1)
    )
    for weight in net.parameters():
        weight.requires_grad_(weight is net.stem)
    shape = (images, e.channels, size, size)
    x = torch.randn(shape, generator=generator(e.seed, "images"), dtype=torch.float64).to(
        net.stem.dtype
    )
    found = measure(
        Start(net, x, torch.zeros(images, dtype=torch.int64), generator(e.seed, "probe"))
    )
    growths = [found.metrics[f"{way}_growth"] for way in ("forward", "backward")]
    return [*growths, *(found.profiles[f"forward_{name}"][-1] for name in ("mean", "variance"))]


class Measured(NamedTuple):
    """Mean over seeds, and its standard error."""

    mean: float
    error: float


def average(values: list[float]) -> Measured:
    return Measured(fmean(values), stdev(values) / math.sqrt(len(values)))


def measured(c: Combination, channels: int, seeds: range) -> list[Measured]:
    return [
        average(list(values))
        for values in zip(*(c.drawn(channels, seed) for seed in seeds), strict=True)
    ]


def row(c: Combination) -> dict[str, Any]:
    """What is kept of one combination: predictions and [mean, standard error] by width, in the order of QUANTITIES."""
    import torch

    torch.set_num_threads(1)
    found = [[list(m) for m in measured(c, channels, range(SEEDS))] for channels in c.widths]
    return c._asdict() | {
        "predicted": [c.predicted(channels) for channels in c.widths],
        "measured": found,
    }


class Gap(NamedTuple):
    """What is left of measured - predicted once the term of order 1/C is gone; `scale` is the prediction's size."""

    value: float
    error: float
    scale: float

    @property
    def z(self) -> float:
        return self.value / math.hypot(self.error, ROUNDING * self.scale)

    @property
    def share(self) -> float:
        """Of the prediction."""
        return self.value / self.scale


def gaps(found: Sequence[list[Measured]], theory: Sequence[list[float]]) -> dict[str, Gap]:
    """One Gap a quantity, from both widths; that of a mean is seen beside the rms."""
    scales = [abs(p) for p in theory[1]]
    scales[QUANTITIES.index("mean")] = math.sqrt(theory[1][0])
    columns = zip(QUANTITIES, *found, *theory, scales, strict=True)
    return {name: gap(*numbers) for name, *numbers in columns}


def gap(
    small: Measured, large: Measured, theory_small: float, theory_large: float, scale: float
) -> Gap:
    value = 2 * (large.mean - theory_large) - (small.mean - theory_small)
    return Gap(value, math.hypot(2 * large.error, small.error), scale)


def bound(comparisons: int, seeds: int = SEEDS) -> float:
    """|z| that the largest of so many comparisons exceeds by chance once in a hundred times, or more rarely."""
    return float(student_t.isf(SIGNIFICANCE / 2 / comparisons, seeds - 1))
