"""What a network's moments must be at step 0, predicted without drawing a weight.

The recursion of the block form is applied block after block: `upward` for states, `downward` for
deltas. `predict` returns both as series over depth.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from types import ModuleType
from typing import Any, NamedTuple, overload

import numpy as np

from resweep import registry
from resweep.contracts import optional
from resweep.contracts.blocks import BlockFormOptions
from resweep.errors import ResweepError
from resweep.experiment import Experiment
from resweep.nets.moments import Layer, Map, Moments
from resweep.nets.schemes import branch_scale, unpredicted, variance
from resweep.outcome import json_safe
from resweep.scheme_pages import BLOCKS

Series = tuple[float, ...]
COMFORT = 200  # second moments beyond e^200 or below e^-200 are held in a unit of their own


@dataclass(frozen=True)
class Prediction:
    """The expected moments of every state l = 0..L, averaged over the image and over seeds.

    `backward_second_moment[l]` is E[d_l^2] for deltas d_L of second moment 1 at the last state. It
    is None where the network has too few channels for the theory of its form, and
    `backward_unpredicted` then says so in a sentence without its end.

    The pair `paper_*_growth` is the paper's own law for the growth over all blocks, which leaves
    out means and padding; it is None for forms that the paper does not treat. A number that a
    double cannot hold is inf or 0, while its `log10_*` counterpart is finite.

    `forward_log_sd[l]` is the standard deviation over seeds of ln E[z_l^2] - ln E[z_0^2], or None
    where no formula is known (see `nets/spread.py`), as for images of nonzero mean. A single run is
    expected to lie within a factor exp(2 sd) of the prediction.
    """

    forward_second_moment: Series
    forward_mean: Series
    forward_variance: Series
    backward_second_moment: Series | None
    paper_forward_growth: float | None
    paper_backward_growth: float | None
    log10_forward_second_moment: Series
    log10_backward_second_moment: Series | None
    log10_paper_forward_growth: float | None
    log10_paper_backward_growth: float | None
    forward_log_sd: Series | None
    backward_unpredicted: str | None

    def to_json(self) -> dict[str, Any]:
        """The fields as JSON holds them, with infinities as text."""
        safe: dict[str, Any] = json_safe(asdict(self))
        return safe


class Unpredicted(ResweepError):
    """The theory does not describe the network; the message says why."""


class Scaled(NamedTuple):
    """A state or a delta of a block form, in units of e^`log_unit`."""

    value: Any
    log_unit: float = 0.0

    @property
    def second(self) -> Map:
        """E[z^2] or E[d^2] (H, W), in square units."""
        second: Map = getattr(self.value, "second", self.value)
        # A NaN comes from infinity - infinity or 0 x infinity, which stand for infinity here.
        return np.where(np.isnan(second), math.inf, second)

    @property
    def log_second(self) -> float:
        """The logarithm of the average of `second` over the image, in units of 1."""
        average = float(self.second.mean())
        return (math.log(average) if average else -math.inf) + 2 * self.log_unit

    @property
    def average(self) -> float:
        """The average of `second` over the image, inf or 0 where a double cannot hold it."""
        return exp(self.log_second) if self.log_unit else float(self.second.mean())

    def fitted(self) -> "Scaled":
        """The same value, in a unit of its own size where it nears the ends of a double's range."""
        log_size = self.log_second - 2 * self.log_unit
        if abs(log_size) < COMFORT or math.isinf(log_size):
            return self
        factor = math.exp(-log_size / 2)
        if hasattr(self.value, "scaled"):
            value = self.value.scaled(factor)
        else:
            value = factor**2 * self.value
        return Scaled(value, self.log_unit + log_size / 2)


def predict(
    experiment: Experiment,
    *,
    mean: float = 0.0,
    second: float = 1.0,
    size: tuple[int, int] = (32, 32),
    images: int = 64,
) -> Prediction:
    """The moments of every state and delta of the experiment's network.

    mean, second  E[z_0] and E[z_0^2] at the stem's output
    size          (H, W) of the states, zero-padded in each convolution
    images        the size of the probe batch, which affects `forward_log_sd` only

    The recursions are z_l = block.step(z_{l-1}) and d_{l-1} = block.back(d_l, z_{l-1}); each moment
    is a map (H, W) that is averaged over the image at the end.

    Raises Unpredicted where the weights are not those that the recursions assume.
    """
    e = experiment
    excluded = unpredicted(e)
    if excluded is not None:
        raise Unpredicted(excluded)
    form = registry.load(BLOCKS, e.block)
    layers = stack(e, size)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
        states = upward(form, layers, Moments(np.full(size, mean), np.full(size, second)))
        deltas = downward(form, layers, states)
        means = tuple(float(z.value.mean.mean()) * exp(z.log_unit) for z in states)
        log_sd = optional(form, BlockFormOptions.log_sd)
        moments = [z.value for z in states]
        spread = None
        if log_sd and e.pixels == "standardized":  # the formula starts from images without a mean
            spread = log_sd(moments, layers, images)
        forward, backward = [z.log_second for z in states], [d.log_second for d in deltas]
        reach = optional(form, BlockFormOptions.unpredicted_backward)
        withheld = reach(moments, layers, backward[0] - backward[-1]) if reach else None
    seconds = tuple(z.average for z in states)
    variances = []
    for m, q in zip(means, seconds, strict=True):
        variances.append(q - m * m if q < math.inf else q)
    paper = form.paper_growth(math.prod(layers[0].gains), e.blocks, e.activation)
    paper_forward, paper_backward = paper or (None, None)
    return Prediction(
        forward_second_moment=seconds,
        forward_mean=means,
        forward_variance=tuple(variances),
        backward_second_moment=None if withheld else tuple(d.average for d in deltas),
        paper_forward_growth=exp(paper_forward),
        paper_backward_growth=exp(paper_backward),
        log10_forward_second_moment=tuple(log10(q) for q in forward),
        log10_backward_second_moment=None if withheld else tuple(log10(d) for d in backward),
        log10_paper_forward_growth=log10(paper_forward),
        log10_paper_backward_growth=log10(paper_backward),
        forward_log_sd=spread,
        backward_unpredicted=withheld,
    )


def stack(e: Experiment, size: tuple[int, int]) -> list[Layer]:
    """The L layers of an experiment's network on states of (H, W) = `size`."""
    fan = e.channels * e.kernel**2
    return [
        Layer(
            gains=tuple(fan * variance(e, block, conv) for conv in range(e.convs)),
            activation=e.activation,
            kernel=e.kernel,
            size=size,
            scale=branch_scale(e, block),
            channels=e.channels,
        )
        for block in range(e.blocks)
    ]


def upward(form: ModuleType, layers: Sequence[Layer], z: Moments) -> list[Scaled]:
    """The states 0..L, from the moments `z` of the first one."""
    start = optional(form, BlockFormOptions.start)
    states = [Scaled(start(z, layers[0]) if start else z).fitted()]
    for layer in layers:
        z = form.step(states[-1].value, replace(layer, log_unit=states[-1].log_unit))
        states.append(states[-1]._replace(value=z).fitted())
    return states


def downward(form: ModuleType, layers: Sequence[Layer], states: Sequence[Scaled]) -> list[Scaled]:
    """The deltas 0..L; the one at L has second moment 1."""
    last = states[-1].value
    finish = optional(form, BlockFormOptions.finish)
    deltas = [Scaled(finish(last, layers[-1]) if finish else np.ones_like(last.second))]
    for z, layer in zip(reversed(states[:-1]), reversed(layers), strict=True):
        delta = form.back(deltas[-1].value, z.value, replace(layer, log_unit=z.log_unit))
        deltas.append(deltas[-1]._replace(value=delta).fitted())
    return deltas[::-1]


@overload
def exp(log: float) -> float: ...
@overload
def exp(log: None) -> None: ...
def exp(log: float | None) -> float | None:
    """e^log, inf where a double cannot hold it; None of None."""
    if log is None:
        return None
    return math.exp(log) if log < 709 else math.inf


@overload
def log10(log: float) -> float: ...
@overload
def log10(log: None) -> None: ...
def log10(log: float | None) -> float | None:
    """The decimal logarithm of a number from its natural one; None of None."""
    return None if log is None else log / math.log(10)
