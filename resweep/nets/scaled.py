"""Moments beyond the range of a double: values in units of their own, and their logarithms."""

import math
from typing import Any, NamedTuple, overload

import numpy as np

from resweep.nets.moments import Map

COMFORT = 200  # second moments beyond e^200 or below e^-200 are held in a unit of their own


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
        return (math.log(average) if average > 0 else -math.inf) + 2 * self.log_unit

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
