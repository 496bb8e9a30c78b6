"""Networks of 16 channels at the depths people run: which ones, and what of them is kept.

Every block form, activation and number of convolutions a branch that has a theory, 20 and 100
blocks deep, each at two shapes:

    dense   images of one pixel, kernel 1: a unit has 16 inputs
    images  8x8 pixels, 3x3 kernels: a unit has 144 inputs

The paper's shape, 8x8 kernels on 32x32 pixels, gives a unit 1,024 inputs and costs some hundred
times as much to draw. What a finite width adds is largest where inputs are few, so a theory that
holds at these two shapes holds there too; theory.md has a few networks of that shape.

The scheme is the one that suits the form: depth-scaled, or He's where batch normalization cancels
it (`-bn`) or no shortcut adds up (`plain`). The other forms are drawn under He's scale as well.
Each network has seeds of its own, so that rows deviate independently of each other.
"""

import math
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from resweep import registry
from resweep.experiment import Experiment
from resweep.nets.prediction import Prediction
from resweep.nets.theory import predict
from resweep.scheme_pages import BLOCKS

ACTIVATIONS = ("identity", "relu", "leaky-relu", "tanh", "gelu", "silu")
DEPTHS = (20, 100)
DIGITS = 4  # of the kept numbers


class Network(NamedTuple):
    """One network of the table; images have `size` pixels a side."""

    block: str
    scheme: str
    activation: str
    convs: int
    blocks: int
    kernel: int = 1
    size: int = 1
    channels: int = 16
    multiplier: float = 1.0
    c: float = 1.0

    def experiment(self) -> Experiment:
        """The network as an experiment; `c` is given where the scheme reads it."""
        fields = {k: v for k, v in self._asdict().items() if k != "size"}
        if not self.scheme.startswith("depth-scaled"):
            del fields["c"]
        return Experiment(**fields)

    @property
    def images(self) -> int:
        """The number of white images: batch normalization needs 64 pixels and more a channel."""
        return (64 if self.kernel == 1 else 8) if self.block.endswith("-bn") else 8

    @property
    def seeds(self) -> int:
        """The number of networks that are drawn."""
        if self.kernel == 1:
            return 400 if self.blocks < 100 else 200
        return 64 if self.blocks < 100 else 32

    def predicted(self) -> Prediction:
        """The program's theory of the network."""
        return predict(self.experiment(), size=(self.size, self.size), images=self.images)


def suited(block: str) -> str:
    """The scheme that suits a block form."""
    return "he" if block == "plain" or block.endswith("-bn") else "depth-scaled"


def networks() -> Iterator[Network]:
    """All networks, in the order of the page."""
    yield from six()
    for kernel, size, most in ((1, 1, 3), (3, 8, 2)):
        for block in registry.names(BLOCKS):
            for scheme in dict.fromkeys((suited(block), "he")):
                convs = range(1, (most if scheme == suited(block) else most - 1) + 1)
                yield from family(block, scheme, convs, kernel, size)


def family(block: str, scheme: str, convs: range, kernel: int, size: int) -> Iterator[Network]:
    """A block form under a scheme: every activation, number of convolutions and depth."""
    for activation in ACTIVATIONS:
        for n in convs:
            for depth in DEPTHS:
                yield Network(block, scheme, activation, n, depth, kernel, size)


def six() -> Iterator[Network]:
    """Dense residual networks of which the theory of wide ones was off by 2 to 276 times."""
    block = "residual"
    yield Network(block, "stable", "relu", 2, 100, channels=64)
    yield Network(block, "he", "gelu", 1, 33, channels=64, multiplier=0.1)
    yield Network(block, "he", "gelu", 1, 33, channels=256, multiplier=0.1)
    yield Network(block, "depth-scaled", "silu", 1, 33, c=3.0)
    yield Network(block, "depth-scaled", "relu", 2, 33)
    yield Network(block, "stable", "relu", 3, 33, channels=64)


WAYS = ("forward", "backward")


class Growth(NamedTuple):
    """One growth over seeds: mean and its standard error, and of log10 the median and deviation."""

    mean: float
    error: float
    log10_median: float
    log10_sd: float


class Expected(NamedTuple):
    """A predicted growth; `log10_median` and `log10_sd` are None where theory knows no law."""

    mean: float
    log10_median: float | None
    log10_sd: float | None


def row(network: Network) -> dict[str, Any]:
    """What finite-width.json keeps of a network: what was drawn, and what is predicted."""
    import torch
    from simulate import Shape, growths

    torch.set_num_threads(1)
    seed = zlib.crc32(repr(tuple(network)).encode())
    shape = Shape(network.images, network.size)
    drawn = growths(network.experiment(), shape, network.seeds, seed)
    measured = {way: summary(some.tolist()) for way, some in zip(WAYS, drawn, strict=True)}
    return network._asdict() | {"measured": measured, "predicted": predicted(network)}


def summary(values: list[float]) -> list[float]:
    """A Growth as it is kept, rounded."""
    import torch

    growth = torch.tensor(values, dtype=torch.float64)
    logs = growth.log10()
    spread = logs[logs.isfinite()].std()  # of 16 ReLU one layer in 65,536 lets nothing through
    error = growth.std() / math.sqrt(len(values))
    numbers = growth.mean(), error, logs.quantile(0.5), spread
    return [float(f"{float(number):.{DIGITS}g}") for number in numbers]


def predicted(network: Network) -> dict[str, Any]:
    """An Expected for each way as it is kept, or the reason why the program withholds it."""
    p = network.predicted()
    found: dict[str, Any] = {}
    for way in WAYS:
        series = getattr(p, f"{way}_second_moment")
        first, last = (0, -1) if way == "forward" else (-1, 0)
        if series is None:
            found[way] = getattr(p, f"{way}_unpredicted")
            continue
        median, deviation = getattr(p, f"log10_{way}_median"), getattr(p, f"{way}_log_sd")
        numbers = [series[last], None, None]
        if median is not None:
            numbers = [series[last], median[last] - median[first], deviation[last] / math.log(10)]
        found[way] = [n if n is None else float(f"{n:.6g}") for n in numbers]
    return found


def network_of(kept: dict[str, Any]) -> Network:
    """The network of a row of finite-width.json."""
    return Network(**{name: kept[name] for name in Network._fields})
