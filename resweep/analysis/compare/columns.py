"""Numbers read from the columns of a Group: a metric by seed, its logarithms, means and medians."""

import math
from collections.abc import Iterable, Sequence
from statistics import median

from resweep.analysis.compare.records import Group


def by_seed(group: Group, metric: str) -> dict[int, float]:
    """`metric` by seed, for the runs where it is a finite number."""
    pairs = zip(group.seeds, group.metrics.get(metric, ()), strict=False)
    return {seed: value for seed, value in pairs if value is not None and math.isfinite(value)}


def numbers(group: Group, metric: str) -> list[float]:
    """`metric` of every run that has it, infinities included."""
    values = group.metrics.get(metric, ())
    return [value for value in values if value is not None and not math.isnan(value)]


def log10s(group: Group, metric: str) -> list[float]:
    """log10 of `metric` for every run that has it; zero gives -inf.

    Where a run has the metric `log10_<metric>`, its logarithm is read from there, since it
    continues beyond the range of float64.
    """
    if metric not in group.logs:
        group.logs[metric] = [log for log in _logs(group, metric) if not math.isnan(log)]
    return group.logs[metric]


def middle_log10(group: Group, metric: str) -> float | None:
    """The median of log10 of `metric` over the runs that have it; None for none."""
    if metric not in group.middles:
        group.middles[metric] = middle(log10s(group, metric))
    return group.middles[metric]


def log10s_by_seed(group: Group, metric: str) -> dict[int, float]:
    """log10 of `metric` by seed, for the runs where that is finite; see `log10s`."""
    logs = log10s(group, metric)
    if len(logs) < len(group.seeds):  # some run lacks the metric
        logs = _logs(group, metric)
    pairs = zip(group.seeds, logs, strict=True)
    return {seed: log for seed, log in pairs if math.isfinite(log)}


def _logs(group: Group, metric: str) -> list[float]:
    """log10 of `metric` run by run, nan where a run lacks it."""
    none = (None,) * len(group.seeds)
    if f"log10_{metric}" not in group.metrics:
        given = group.metrics.get(metric, none)
        positive = [value for value in given if value is not None and value > 0]
        if len(positive) == len(given):
            return list(map(math.log10, positive))
    values = group.metrics.get(metric, none)
    measured_logs = group.metrics.get(f"log10_{metric}", none)
    logs = []
    for value, log in zip(values, measured_logs, strict=True):
        if log is None:
            log = math.nan if value is None else _log10(value)
        logs.append(log)
    return logs


def middle(values: Iterable[float]) -> float | None:
    """The median, None for no values."""
    ordered = list(values)
    return median(ordered) if ordered else None


def mean(values: Sequence[float]) -> float | None:
    """The arithmetic mean, None for no values."""
    return sum(values) / len(values) if values else None


def _log10(value: float) -> float:
    if math.isnan(value):
        return math.nan
    return math.log10(value) if value > 0 else -math.inf
