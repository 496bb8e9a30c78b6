"""The statistics of a comparison, from the columns of its arms."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median

from resweep import bootstrap, student_t
from resweep.compare.groups import only
from resweep.compare.records import CONFIDENCE, ArmSummary, Comparison, Difference, Group, Interval
from resweep.compare.verdict import verdict
from resweep.multiple import holm
from resweep.outcome import STATUSES, Outcome

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


def summarize(
    groups: Sequence[Group], metric: str, interval: Interval = "t", outcomes: tuple[Outcome, ...] = ()
) -> Comparison:
    """Each group beside the first; raises ResweepError where results of different data would meet."""
    dataset = only(group.experiment.dataset for group in groups if group.experiment)
    data = only(group.fingerprint for group in groups)
    arms = [_summary(group, metric, interval) for group in groups]
    compared = _differences(groups, metric, interval)
    told = tuple(_beside(arm, arms[0], difference) for arm, difference in zip(arms, compared, strict=True))
    correction = "holm" if interval == "t" else "bonferroni"
    return Comparison(metric, dataset, data, told, outcomes, interval, correction)


def _summary(group: Group, metric: str, interval: Interval) -> ArmSummary:
    values = list(by_seed(group, metric).values())
    low, high = INTERVALS[interval](values, CONFIDENCE)
    statuses: dict[str, int] = {status: n for status in STATUSES if (n := group.statuses.count(status))}
    forward, backward, gradient = (middle(log10s(group, name)) for name in NEEDED[:3])
    word, reason = verdict(statuses, group.experiment, forward, backward, gradient)
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
        seconds=_mean(_all(group, "seconds")),
        images_per_second=_mean(_all(group, "images_per_second")),
        peak_memory=_mean(_all(group, "peak_memory")),
        relative_seconds=None,
        relative_memory=None,
        difference=None,
        verdict=word,
        reason=reason,
    )


def _beside(arm: ArmSummary, first: ArmSummary, difference: Difference | None) -> ArmSummary:
    return replace(
        arm,
        relative_seconds=_ratio(arm.seconds, first.seconds),
        relative_memory=_ratio(arm.peak_memory, first.peak_memory),
        difference=difference,
    )


def _differences(groups: Sequence[Group], metric: str, interval: Interval) -> list[Difference | None]:
    """None for the first group, then each group's difference to it."""
    if not groups:
        return []
    first, others = groups[0], groups[1:]
    theirs = by_seed(first, metric)
    pairs = [[v - theirs[s] for s, v in by_seed(group, metric).items() if s in theirs] for group in others]
    tested = holm([student_t.paired(found) for found in pairs]) if interval == "t" else [None] * len(pairs)
    level = 1 - (1 - CONFIDENCE) / len(others) if others else CONFIDENCE
    return [None, *(_difference(first.arm, p, d, level, interval) for d, p in zip(pairs, tested, strict=True))]


def _difference(to: str, p: float | None, pairs: Sequence[float], level: float, interval: Interval) -> Difference:
    low, high = INTERVALS[interval](pairs, level)
    spans = low is None or high is None or low <= 0 <= high
    noise = spans if interval == "bootstrap" else p is None or p >= 1 - CONFIDENCE
    return Difference(to, len(pairs), student_t.mean(pairs) if pairs else None, low, high, noise, p)


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
