"""What a study wants of an outcome: a finite number for the sampler, and constraints that are satisfied or not.

A diverged network is a bad result, never a missing one. The sampler is told

    exploded, vanished                     the worst value below, whatever else was measured
    trapped, ok                            what was measured, within plus or minus the limit below
    not measured, NaN, infinite            the worst value below

    metric                worst when maximized    worst when minimized    limit
    ..._accuracy                             0                       1        1
    ..._loss (nats)                       -100                     100      100
    any other                            -1e12                    1e12     1e12

Optuna would take NaN for a failed trial and an infinity for a possible best.
"""

import math
import re
from dataclasses import dataclass

from resweep import registry
from resweep.errors import UsageError
from resweep.outcome import Outcome

TRAINED = ("first_epoch_accuracy", "final_accuracy", "train_loss", "test_loss")
METRICS = (  # every metric that training and the probes measure; a test holds the list to them
    *TRAINED,
    "images_per_second",
    "seconds",
    "peak_memory",
    "initial_loss",
    "forward_growth",
    "backward_growth",
    "grad_norm_ratio",
    "log10_forward_growth",
    "log10_backward_growth",
    "log10_grad_norm_ratio",
    "largest_gradient",
    "last_input_similarity",
)
SPREAD = "_spread"
PROFILES = (
    "forward_second_moment",
    "forward_mean",
    "forward_variance",
    "forward_channel_variance",
    "log10_forward_second_moment",
    "backward_second_moment",
    "backward_second_moment_dc_free",
    "log10_backward_second_moment",
    "grad_norm",
    "log10_grad_norm",
    "grad_weight_ratio",
    "input_similarity",
)
READABLE = (*METRICS, *(f"{name}{SPREAD}" for name in PROFILES))
LIMIT = 1e12
RELATION = re.compile(r"\s*(\w+)\s*(<=|>=)\s*(\S+)\s*")


def reading(outcome: Outcome, name: str) -> float:
    """A metric by name, or the spread max - min of a profile (`log10_grad_norm_spread`); NaN where not measured."""
    if name in outcome.metrics:
        return outcome.metrics[name]
    profile = outcome.profiles.get(name.removesuffix(SPREAD), ()) if name.endswith(SPREAD) else ()
    return max(profile) - min(profile) if profile and all(map(math.isfinite, profile)) else math.nan


def limit(metric: str) -> float:
    return 1.0 if metric.endswith("accuracy") else 100.0 if metric.endswith("loss") else LIMIT


@dataclass(frozen=True)
class Objective:
    """One readable metric and whether more of it is better."""

    metric: str
    maximize: bool

    @classmethod
    def of(cls, metric: str, direction: str) -> "Objective":
        """`direction` maximize, minimize, or auto: accuracies and speeds up, all else down."""
        registry.check("metric", metric, READABLE)
        upwards = metric.endswith("accuracy") or metric == "images_per_second"
        return cls(metric, upwards if direction == "auto" else direction == "maximize")

    @property
    def worst(self) -> float:
        if not self.maximize:
            return limit(self.metric)
        return 0.0 if self.metric.endswith("accuracy") else -limit(self.metric)

    def value(self, outcome: Outcome) -> float:
        """The finite number that the sampler is told of an outcome (see the table above)."""
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
    def parse(cls, text: str) -> "Constraint":
        found = RELATION.fullmatch(text)
        try:
            bound = float(found[3]) if found else math.nan
        except ValueError:
            bound = math.nan
        if found is None or not math.isfinite(bound):
            raise UsageError(
                f"constraint {text!r} is not METRIC<=NUMBER or METRIC>=NUMBER, as in forward_growth<=100"
            )
        return cls(registry.check("metric", found[1], READABLE), found[2], bound)

    def violation(self, outcome: Outcome) -> float:
        """At most 0 where satisfied; finite also where the metric is not."""
        excess = reading(outcome, self.metric) - self.bound
        if not math.isfinite(excess):
            return LIMIT
        excess = excess if self.relation == "<=" else -excess
        return min(max(excess, -LIMIT), LIMIT)

    def __str__(self) -> str:
        return f"{self.metric}{self.relation}{repr(self.bound).removesuffix('.0')}"
