"""The statistics of a comparison, from the columns of its arms."""

import math
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from statistics import median
from typing import Any

from resweep.analysis.compare.groups import only
from resweep.analysis.compare.records import (
    CONFIDENCE,
    ArmSummary,
    Comparison,
    Difference,
    Group,
    Interval,
)
from resweep.analysis.compare.verdict import verdict
from resweep.arms import LABELLED
from resweep.experiment import FIELDS
from resweep.outcome import STATUSES, Outcome
from resweep.stats import bootstrap, student_t
from resweep.stats.holm import holm

INTERVALS = {"t": student_t.interval, "bootstrap": bootstrap.interval}
NEEDED = (  # the metrics read here, beside the one that arms are compared by
    "forward_growth",
    "backward_growth",
    "grad_norm_ratio",
    "log10_forward_growth",
    "log10_backward_growth",
    "log10_grad_norm_ratio",
    "seconds",
    "images_per_second",
    "peak_memory",
)

SAID = (
    *LABELLED,
    "effective_fan_in",
    "dataset",
    "seed",
)  # in the name of an arm, or over its table
APART = tuple(name for name in FIELDS if name not in SAID)
CONDITIONS = attrgetter(*APART)
ULPS = 3


def summarize(
    groups: Sequence[Group],
    metric: str,
    interval: Interval = "t",
    outcomes: tuple[Outcome, ...] = (),
    *,
    alike: bool = False,
) -> Comparison:
    """Each group beside the first or, if `alike`, beside the first that shares its depth, data size and training.

    Raises ResweepError where results of different data would meet.
    """
    dataset = only(group.experiment.dataset for group in groups if group.experiment)
    data = only(group.fingerprint for group in groups)
    columns = [by_seed(group, metric) for group in groups]
    firsts = _firsts(groups) if alike else [0] * len(groups)
    compared = _differences(groups, columns, firsts, interval)
    arms: list[ArmSummary] = []
    for group, values, first, difference in zip(groups, columns, firsts, compared, strict=True):
        arms.append(
            _summary(group, list(values.values()), interval, arms[first : first + 1], difference)
        )
    correction = "holm" if interval == "t" else "bonferroni"
    apart = _apart(groups) if alike else ()
    return Comparison(
        metric, dataset, data, tuple(arms), outcomes, interval, correction, apart=apart
    )


def _firsts(groups: Sequence[Group]) -> list[int]:
    """For each group the place of the first that differs from it in nothing but what an arm's name says."""
    known: dict[Any, int] = {}
    return [
        known.setdefault(CONDITIONS(group.experiment), place) for place, group in enumerate(groups)
    ]


def _apart(groups: Sequence[Group]) -> tuple[str, ...]:
    """The fields in which groups differ although no arm's name says them."""
    return tuple(
        name for name in APART if len({getattr(group.experiment, name) for group in groups}) > 1
    )


def _summary(
    group: Group,
    values: Sequence[float],
    interval: Interval,
    first: Sequence[ArmSummary],
    difference: Difference | None,
) -> ArmSummary:
    """The arm whose metric has `values`, beside the one in `first`; beside itself where that is empty."""
    low, high = INTERVALS[interval](values, CONFIDENCE)
    statuses: dict[str, int] = {
        status: n for status in STATUSES if (n := group.statuses.count(status))
    }
    forward, backward, gradient = (middle(log10s(group, name)) for name in NEEDED[:3])
    word, reason = verdict(statuses, group.experiment, forward, backward, gradient)
    seconds, memory = (_mean(_all(group, name)) for name in ("seconds", "peak_memory"))
    return ArmSummary(
        arm=group.arm,
        experiment=group.experiment,
        runs=len(group.seeds),
        statuses=statuses,
        n=len(values),
        mean=student_t.mean(values) if values else None,
        std=student_t.deviation(values) if len(values) > 1 else None,
        ci_low=low,
        ci_high=high,
        min=min(values, default=None),
        max=max(values, default=None),
        log10_forward_growth=forward,
        log10_backward_growth=backward,
        grad_norm_ratio=middle(_all(group, "grad_norm_ratio")),
        log10_grad_norm_ratio=gradient,
        seconds=seconds,
        images_per_second=_mean(_all(group, "images_per_second")),
        peak_memory=memory,
        relative_seconds=_ratio(seconds, first[0].seconds if first else seconds),
        relative_memory=_ratio(memory, first[0].peak_memory if first else memory),
        difference=difference,
        verdict=word,
        reason=reason,
    )


def _differences(
    groups: Sequence[Group],
    columns: Sequence[Mapping[int, float]],
    firsts: Sequence[int],
    interval: Interval,
) -> list[Difference | None]:
    """Each group's difference to the group at its place in `firsts`, None for a first group itself."""
    others = [place for place, first in enumerate(firsts) if first != place]
    pairs = [_paired(columns[place], columns[firsts[place]]) for place in others]
    tested = (
        holm([student_t.paired([d for d, _ in found]) for found in pairs])
        if interval == "t"
        else [None] * len(pairs)
    )
    level = 1 - (1 - CONFIDENCE) / len(others) if others else CONFIDENCE
    found: list[Difference | None] = [None] * len(groups)
    for place, pair, p in zip(others, pairs, tested, strict=True):
        found[place] = _difference(groups[firsts[place]].arm, p, pair, level, interval)
    return found


def _paired(ours: Mapping[int, float], theirs: Mapping[int, float]) -> list[tuple[float, float]]:
    """For each common seed the difference, and the error that rounding alone may have made of it.

    Each operand is a quotient of rounded numbers, good to an ulp; their difference adds half an ulp, its mean another.
    """
    both = [(value, theirs[seed]) for seed, value in ours.items() if seed in theirs]
    return [
        (_beyond(a - b, error), error)
        for a, b in both
        for error in [ULPS * math.ulp(max(abs(a), abs(b)))]
    ]


def _beyond(value: float, error: float) -> float:
    """`value`, 0 where it is no more than the error of what it was computed from."""
    return 0.0 if abs(value) <= error else value


def _difference(
    to: str, p: float | None, pairs: Sequence[tuple[float, float]], level: float, interval: Interval
) -> Difference:
    found = [difference for difference, _ in pairs]
    low, high = INTERVALS[interval](found, level)
    spans = low is None or high is None or low <= 0 <= high
    noise = spans if interval == "bootstrap" else p is None or p >= 1 - CONFIDENCE
    mean = _beyond(student_t.mean(found), max(error for _, error in pairs)) if pairs else None
    return Difference(to, len(found), mean, low, high, noise, p)


def by_seed(group: Group, metric: str) -> dict[int, float]:
    """The metric by seed, of the runs where it is a finite number."""
    pairs = zip(group.seeds, group.metrics.get(metric, ()), strict=False)
    return {seed: value for seed, value in pairs if value is not None and math.isfinite(value)}


def log10s(group: Group, metric: str) -> list[float]:
    """log10 of the metric of every run that has one, from its log10 twin where there is one: it never overflows."""
    if metric not in group.logs:  # a survey asks for the same logarithms along every axis
        none = (None,) * len(group.seeds)
        values, twins = (group.metrics.get(name, none) for name in (metric, f"log10_{metric}"))
        logs = [_log10(v) if t is None else t for v, t in zip(values, twins, strict=True)]
        group.logs[metric] = [log for log in logs if log is not None and not math.isnan(log)]
    return group.logs[metric]


def _all(group: Group, metric: str) -> list[float]:
    """The metric of every run that has one, infinities included."""
    return [v for v in group.metrics.get(metric, ()) if v is not None and not math.isnan(v)]


def _log10(value: float | None) -> float | None:
    if value is None or math.isnan(value):
        return None
    return math.log10(value) if value > 0 else -math.inf


def middle(values: Iterable[float]) -> float | None:
    """The median, None of nothing."""
    ordered = list(values)
    return median(ordered) if ordered else None


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _ratio(value: float | None, first: float | None) -> float | None:
    return value / first if value is not None and first else None
