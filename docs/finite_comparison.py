"""Measured against predicted growth at a finite width: which numbers, in which units, how near.

A growth that is log-normal over seeds, by more than e^`LOG_NORMAL`, has a mean that few seeds
reach: where theory knows its law the median is compared with the predicted median, in logarithms.
All others are compared mean with mean. The distance is counted in standard errors; to these comes
`RESOLUTION`, since commands print three digits. There is no other allowance.
"""

import math
from typing import Any, NamedTuple

from finite_networks import WAYS, Expected, Growth, Network, network_of
from scipy.stats import t as student_t

LOG_NORMAL = 0.3
RESOLUTION = 0.005
SIGNIFICANCE = 0.01
MEDIAN_TO_MEAN = math.sqrt(math.pi / 2)


class Compared(NamedTuple):
    """One growth of a network: measured, predicted, or the `reason` for which it is withheld."""

    network: Network
    way: str
    measured: Growth
    expected: Expected | None
    reason: str

    @property
    def by_median(self) -> bool:
        """Whether medians are compared."""
        deviation = self.expected.log10_sd if self.expected else None
        return deviation is not None and deviation * math.log(10) > LOG_NORMAL

    @property
    def error(self) -> float:
        """The standard error of the measured mean, as a share of it, or of the median's ln."""
        if self.by_median:
            deviation = self.measured.log10_sd * math.log(10)
            return MEDIAN_TO_MEAN * deviation / math.sqrt(self.network.seeds)
        return self.measured.error / self.measured.mean

    @property
    def gap(self) -> float:
        """Measured / predicted - 1, of means or of medians."""
        assert self.expected is not None
        if self.by_median:
            assert self.expected.log10_median is not None
            return math.expm1(
                (self.measured.log10_median - self.expected.log10_median) * math.log(10)
            )
        return self.measured.mean / self.expected.mean - 1

    @property
    def z(self) -> float:
        """The gap in standard errors."""
        distance = math.log1p(self.gap) if self.by_median else self.gap / (1 + self.gap)
        return distance / math.hypot(self.error, RESOLUTION)


def compared(row: dict[str, Any]) -> list[Compared]:
    """Both growths of a row of finite-width.json."""
    network, found = network_of(row), []
    for way in WAYS:
        expected = row["predicted"][way]
        measured = Growth(*row["measured"][way])
        if isinstance(expected, str):
            found.append(Compared(network, way, measured, None, expected))
        else:
            found.append(Compared(network, way, measured, Expected(*expected), ""))
    return found


def bound(comparisons: int, seeds: int) -> float:
    """The |z| that the largest of these comparisons exceeds by chance at most once in 100 times."""
    return float(student_t.isf(SIGNIFICANCE / 2 / comparisons, seeds - 1))


def outside(found: list[Compared]) -> list[Compared]:
    """The predicted growths that lie beyond the bound of their number of seeds."""
    predicted = [one for one in found if one.expected]
    beyond = []
    for one in predicted:
        if not abs(one.z) <= bound(len(predicted), one.network.seeds):
            beyond.append(one)
    return beyond
