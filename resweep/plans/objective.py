"""What a study wants of an outcome: a finite number for the sampler, and constraints on metrics.

A network that diverged is a bad result, not a missing one. The sampler is given

    status exploded or vanished            the worst value below, whatever was measured
    status trapped, undecided or ok        what was measured, clipped to plus or minus the limit
    not measured, NaN or infinite          the worst value below

    metric                worst when maximized    worst when minimized    limit
    ..._accuracy                             0                       1        1
    ..._loss (nats)                       -100                     100      100
    any other                            -1e12                    1e12     1e12

Optuna would count NaN as a failed trial, and could take an infinity for the best.
"""

import math
import re
from dataclasses import dataclass
from typing import Self

from resweep import numerals, registry
from resweep.errors import UsageError
from resweep.outcome import Outcome
from resweep.plans.metrics import READABLE, reading

LIMIT = 1e12
RELATION = re.compile(r"\s*(\w+)\s*(<=|>=)\s*(\S+)\s*", re.ASCII)


def limit(metric: str) -> float:
    """Return the largest absolute value of a metric that a sampler is given."""
    if metric.endswith("accuracy"):
        return 1.0
    if metric.endswith("loss"):
        return 100.0
    return LIMIT


@dataclass(frozen=True)
class Objective:
    """A metric or spread, and whether more of it is better."""

    metric: str
    maximize: bool

    @classmethod
    def of(cls, metric: str, direction: str) -> Self:
        """Return the objective for `direction` maximize, minimize or auto.

        auto maximizes accuracies and images per second, and minimizes everything else. Raises
        UsageError for an unknown metric.
        """
        registry.check("metric", metric, READABLE)
        if direction == "auto":
            return cls(metric, metric.endswith(("accuracy", "images_per_second")))
        return cls(metric, direction == "maximize")

    @property
    def worst(self) -> float:
        """The value of a network that diverged (see the table above)."""
        if not self.maximize:
            return limit(self.metric)
        return 0.0 if self.metric.endswith("accuracy") else -limit(self.metric)

    def value(self, outcome: Outcome) -> float:
        """Return the finite number that the sampler is given for an outcome (see above)."""
        measured = reading(outcome, self.metric)
        if outcome.status in ("exploded", "vanished", "error") or not math.isfinite(measured):
            return self.worst
        bound = limit(self.metric)
        return min(max(measured, -bound), bound)


@dataclass(frozen=True)
class Constraint:
    """`metric <= bound` or `metric >= bound`."""

    metric: str
    relation: str
    bound: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the constraint in a text such as `forward_growth<=100`.

        Raises UsageError for an unknown metric, and for a text of another form.
        """
        form = RELATION.fullmatch(text)
        bound = _number(form[3]) if form else math.nan
        if form is None or not math.isfinite(bound):
            raise UsageError(
                f"constraint {numerals.shown(repr(text))} is not METRIC<=NUMBER or METRIC>=NUMBER, "
                "as in forward_growth<=100"
            )
        return cls(registry.check("metric", form[1], READABLE), form[2], bound)

    def violation(self, outcome: Outcome) -> float:
        """Return by how much an outcome violates the constraint: 0 or less if it satisfies it.

        The number is finite; a metric that is not counts as violated by `LIMIT`.
        """
        excess = reading(outcome, self.metric) - self.bound
        if not math.isfinite(excess):
            return LIMIT
        if self.relation == ">=":
            excess = -excess
        return min(max(excess, -LIMIT), LIMIT)

    def __str__(self) -> str:
        return f"{self.metric}{self.relation}{repr(self.bound).removesuffix('.0')}"


def _number(text: str) -> float:
    """Return the number in a text, NaN if it is none."""
    try:
        return numerals.real(text)
    except ValueError:
        return math.nan
