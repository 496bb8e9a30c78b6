"""Fold the block recursions over depth: what a network's moments must be at step 0, without drawing a weight."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from resweep import registry
from resweep.experiment import Experiment
from resweep.nets.moments import Layer, Map, Moments
from resweep.nets.schemes import branch_scale, variance
from resweep.outcome import json_safe
from resweep.scheme_pages import BLOCKS

Series = tuple[float, ...]
COMFORT = 200  # second moments beyond e^200 or below e^-200 are carried in a unit of their own


@dataclass(frozen=True)
class Prediction:
    """Expected moments of every state l = 0..L, image averages over seeds.

    `backward_second_moment[l]` is E[d_l^2] for d_L of second moment 1. The `paper_*_growth` pair is the paper's own law
    over all blocks, without means and without padding; None for forms that it does not treat. What a double cannot hold
    is inf (or 0) beside a finite `log10_*` twin. `forward_log_sd[l]` is the standard deviation over seeds of
    ln E[z_l^2] - ln E[z_0^2], and None where no formula is known (see `nets/finite.py`): a single run is expected
    within a factor exp(2 sd) of the prediction.
    """

    forward_second_moment: Series
    forward_mean: Series
    forward_variance: Series
    backward_second_moment: Series
    paper_forward_growth: float | None
    paper_backward_growth: float | None
    log10_forward_second_moment: Series
    log10_backward_second_moment: Series
    log10_paper_forward_growth: float | None
    log10_paper_backward_growth: float | None
    forward_log_sd: Series | None

    def to_json(self) -> dict[str, Any]:
        safe: dict[str, Any] = json_safe(asdict(self))
        return safe


class Scaled(NamedTuple):
    """What a form carries from block to block, a state or a delta, in units of e^`log_unit`."""

    value: Any
    log_unit: float = 0.0

    @property
    def second(self) -> Map:
        """E[z^2] or E[d^2] (H, W), in square units."""
        found: Map = getattr(self.value, "second", self.value)
        return np.where(
            np.isnan(found), math.inf, found
        )  # what infinity - infinity and 0 x infinity stand for here

    @property
    def log_second(self) -> float:
        """ln of the image average, in units of 1."""
        average = float(self.second.mean())
        return (math.log(average) if average else -math.inf) + 2 * self.log_unit

    @property
    def average(self) -> float:
        """The image average itself, inf or 0 where a double ends."""
        return exp(self.log_second) if self.log_unit else float(self.second.mean())

    def fitted(self) -> "Scaled":
        """The same in a unit of its own size, once it has left what a double holds with ease."""
        log_size = self.log_second - 2 * self.log_unit
        if abs(log_size) < COMFORT or math.isinf(log_size):
            return self
        factor = math.exp(-log_size / 2)
        value = (
            self.value.scaled(factor) if hasattr(self.value, "scaled") else factor**2 * self.value
        )
        return Scaled(value, self.log_unit + log_size / 2)


def predict(
    experiment: Experiment,
    *,
    mean: float = 0.0,
    second: float = 1.0,
    size: tuple[int, int] = (32, 32),
    images: int = 64,
) -> Prediction:
    """Recursion from mean and second moment at the stem's output, with zero padding on (H, W) = `size` states.

    z_l = block.step(z_{l-1}) upward and d_{l-1} = block.back(d_l, z_{l-1}) downward, each a map (H, W) that is averaged
    over the image at the end. `images` (the probe batch) matter for the spread over seeds alone.
    """
    e = experiment
    form = registry.load(BLOCKS, e.block)
    layers = stack(e, size)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
        states = upward(form, layers, Moments(np.full(size, mean), np.full(size, second)))
        deltas = downward(form, layers, states)
        means = tuple(float(z.value.mean.mean()) * exp(z.log_unit) for z in states)
        spread = (
            form.log_sd([z.value for z in states], layers, images)
            if hasattr(form, "log_sd")
            else None
        )
    forward, backward = [z.log_second for z in states], [d.log_second for d in deltas]
    seconds = tuple(z.average for z in states)
    paper = form.paper_growth(math.prod(layers[0].gains), e.blocks, e.activation) or (None, None)
    return Prediction(
        forward_second_moment=seconds,
        forward_mean=means,
        forward_variance=tuple(
            q - m * m if q < math.inf else q for m, q in zip(means, seconds, strict=True)
        ),
        backward_second_moment=tuple(d.average for d in deltas),
        paper_forward_growth=None if paper[0] is None else exp(paper[0]),
        paper_backward_growth=None if paper[1] is None else exp(paper[1]),
        log10_forward_second_moment=tuple(log10(q) for q in forward),
        log10_backward_second_moment=tuple(log10(d) for d in backward),
        log10_paper_forward_growth=None if paper[0] is None else log10(paper[0]),
        log10_paper_backward_growth=None if paper[1] is None else log10(paper[1]),
        forward_log_sd=spread,
    )


def stack(e: Experiment, size: tuple[int, int]) -> list[Layer]:
    """The L layers as moments see them."""
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
    """States 0..L."""
    states = [Scaled(form.start(z, layers[0]) if hasattr(form, "start") else z).fitted()]
    for layer in layers:
        z = form.step(states[-1].value, replace(layer, log_unit=states[-1].log_unit))
        states.append(states[-1]._replace(value=z).fitted())
    return states


def downward(form: ModuleType, layers: Sequence[Layer], states: Sequence[Scaled]) -> list[Scaled]:
    """Deltas 0..L, of second moment 1 at L."""
    last = states[-1].value
    deltas = [
        Scaled(
            form.finish(last, layers[-1]) if hasattr(form, "finish") else np.ones_like(last.second)
        )
    ]
    for z, layer in zip(reversed(states[:-1]), reversed(layers), strict=True):
        delta = form.back(deltas[-1].value, z.value, replace(layer, log_unit=z.log_unit))
        deltas.append(deltas[-1]._replace(value=delta).fitted())
    return deltas[::-1]


def exp(x: float) -> float:
    """e^x, inf where a double ends."""
    return math.exp(x) if x < 709 else math.inf


def log10(log: float) -> float:
    return log / math.log(10)
