"""Networks drawn at random and their theory: the harness behind theory.md.

`combinations` lists every (block, scheme, activation) of the registries that the program accepts
and that has a theory. Each is drawn in float64 at two sizes, C = N = 64 and 128 channels and
images, and compared with theory at each size. Every block form and activation is also drawn with
two convolutions of 3x3 on padded images, at 16 and 32 channels and images.

An expectation over random weights is a power series in 1/C and 1/N, of which theory keeps the first
term. The gap g(C) = measured - predicted is therefore k/C to leading order, and

    2 g(128) - g(64),     standard error  sqrt(4 s(128)^2 + s(64)^2)

is free of that term. It must vanish within t standard errors, where t is Student's for all
comparisons together at 1 % (the Bonferroni bound). There is no other allowance.
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
# Allowed where nothing is random, as a share of the prediction: rounding, and the epsilon of batch
# normalization.
ROUNDING = 1e-7


class Combination(NamedTuple):
    """One network of the harness; `convs` is the smallest number that the scheme accepts.

    With a kernel of 1 the images have one pixel, at 64 and 128 channels and images; with a larger
    one they have 4x4 pixels and zero padding, at 16 and 32.
    """

    block: str
    scheme: str
    activation: str
    convs: int
    kernel: int = 1

    @property
    def size(self) -> int:
        """The side of the images in pixels."""
        return 1 if self.kernel == 1 else 4

    @property
    def widths(self) -> tuple[int, int]:
        """The two numbers of channels, which are also those of images."""
        return (64, 128) if self.kernel == 1 else (16, 32)

    def experiment(self, channels: int, seed: int = 0) -> Experiment:
        """The network as an experiment, in float64."""
        return Experiment(
            **self._asdict(), blocks=DEPTH, channels=channels, precision="float64", seed=seed
        )

    def predicted(self, channels: int) -> list[float]:
        """QUANTITIES of theory at this number of channels; raises ValueError if one is withheld."""
        numbers = predicted(self.experiment(channels), self.size)
        present = [number for number in numbers if number is not None]
        if len(present) < len(numbers):
            raise ValueError(f"no backward growth is predicted for {self} at {channels} channels")
        return present

    def drawn(self, channels: int, seed: int) -> list[float]:
        """QUANTITIES of one drawn network with this number of channels and images."""
        return drawn(self.experiment(channels, seed), images=channels, size=self.size)


class Left(NamedTuple):
    """A network that the harness leaves out, and the program's own reason in `why`.

    The program either refuses it, has no closed theory for it, or withholds a growth of it at the
    widths of the harness.
    """

    block: str
    scheme: str
    activation: str
    refused: bool
    why: str
    kernel: int = 1


def combinations() -> Iterator[Combination | Left]:
    """Every block x scheme x activation of the registries, then block x activation with padding."""
    for block in registry.names(BLOCKS):
        for scheme in registry.names(SCHEMES):
            yield from (standing(block, scheme, activation) for activation in ACTIVATIONS)
    for block in registry.names(BLOCKS):
        scheme = "he" if block == "plain" else "depth-scaled"
        yield from (
            kept(Combination(block, scheme, activation, 2, 3)) for activation in ACTIVATIONS
        )


def standing(block: str, scheme: str, activation: str) -> Combination | Left:
    """The combination with the fewest convolutions that the scheme accepts, or why none exists."""
    refusal = ""
    for convs in (1, 2):
        combination = Combination(block, scheme, activation, convs)
        e = combination.experiment(64)
        try:
            scheme_pages.check(e)
        except UsageError as error:
            refusal = str(error)
            continue
        if why := schemes.unpredicted(e):
            return Left(block, scheme, activation, False, why)
        return kept(combination)
    return Left(block, scheme, activation, True, refusal)


def kept(c: Combination) -> Combination | Left:
    """The combination, or that it is left out because a growth is withheld, with the reason."""
    for channels in c.widths:
        p = predict(c.experiment(channels), size=(c.size, c.size))
        if why := p.forward_unpredicted or p.backward_unpredicted:
            return Left(c.block, c.scheme, c.activation, False, why, c.kernel)
    return c


def predicted(e: Experiment, size: int) -> list[float | None]:
    """QUANTITIES of theory: q_L / q_0, E[d_0^2] / E[d_L^2], mean and variance of z_L.

    z_0 has mean 0 and variance 1. What the program withholds is None.
    """
    p = predict(e, size=(size, size))
    return [
        of(p.forward_second_moment, -1),
        of(p.backward_second_moment, 0),
        of(p.forward_mean, -1),
        of(p.forward_variance, -1),
    ]


def of(series: Sequence[float] | None, place: int) -> float | None:
    """An entry of a series; None of None."""
    return None if series is None else series[place]


def drawn(e: Experiment, *, images: int, size: int) -> list[float]:
    """QUANTITIES of one seed, on images of white noise.

    The stem is the identity, so that the first state is the images.
    """
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
    labels = torch.zeros(images, dtype=torch.int64)
    readings = measure(Start(net, x, labels, generator(e.seed, "probe")))
    metrics, profiles = readings.metrics, readings.profiles
    return [
        metrics["forward_growth"],
        metrics["backward_growth"],
        profiles["forward_mean"][-1],
        profiles["forward_variance"][-1],
    ]


class Measured(NamedTuple):
    """A mean over seeds and its standard error."""

    mean: float
    error: float


def average(values: list[float]) -> Measured:
    """The mean of `values` and its standard error."""
    return Measured(fmean(values), stdev(values) / math.sqrt(len(values)))


def measured(c: Combination, channels: int, seeds: range) -> list[Measured]:
    """QUANTITIES of the drawn networks, averaged over the seeds."""
    by_seed = [c.drawn(channels, seed) for seed in seeds]
    return [average(list(values)) for values in zip(*by_seed, strict=True)]


def row(c: Combination) -> dict[str, Any]:
    """What theory.json keeps of one combination.

    For each width, predictions and [mean, standard error], in the order of QUANTITIES.
    """
    import torch

    torch.set_num_threads(1)
    by_width = []
    for channels in c.widths:
        by_width.append([list(m) for m in measured(c, channels, range(SEEDS))])
    return c._asdict() | {
        "predicted": [c.predicted(channels) for channels in c.widths],
        "measured": by_width,
    }


class Gap(NamedTuple):
    """What is left of measured - predicted without the term of order 1/C.

    `scale` is the size of the prediction, in which the gap is expressed as a share.
    """

    value: float
    error: float
    scale: float

    @property
    def z(self) -> float:
        """The gap in standard errors."""
        return self.value / math.hypot(self.error, ROUNDING * self.scale)

    @property
    def share(self) -> float:
        """The gap as a share of the prediction."""
        return self.value / self.scale


def gaps(measured: Sequence[list[Measured]], theory: Sequence[list[float]]) -> dict[str, Gap]:
    """One gap for each quantity, from both widths; the scale of a mean is the rms."""
    scales = [abs(p) for p in theory[1]]
    scales[QUANTITIES.index("mean")] = math.sqrt(theory[1][0])
    columns = zip(QUANTITIES, *measured, *theory, scales, strict=True)
    return {name: gap(*numbers) for name, *numbers in columns}


def gap(
    small: Measured, large: Measured, theory_small: float, theory_large: float, scale: float
) -> Gap:
    """The gap of one quantity, from a smaller network and one of twice its width."""
    value = 2 * (large.mean - theory_large) - (small.mean - theory_small)
    return Gap(value, math.hypot(2 * large.error, small.error), scale)


def bound(comparisons: int, seeds: int = SEEDS) -> float:
    """The |z| that the largest of these comparisons exceeds by chance at most once in 100 times."""
    return float(student_t.isf(SIGNIFICANCE / 2 / comparisons, seeds - 1))
