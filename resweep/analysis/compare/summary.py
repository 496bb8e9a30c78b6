"""The summary of each arm of a comparison, computed from the columns of its runs."""

from collections.abc import Sequence
from typing import NamedTuple

from resweep.analysis.compare.baseline import apart, references
from resweep.analysis.compare.columns import mean, middle, middle_log10, numbers
from resweep.analysis.compare.differences import differences
from resweep.analysis.compare.groups import only
from resweep.analysis.compare.records import (
    ArmSummary,
    Comparison,
    Difference,
    Group,
    IntervalMethod,
)
from resweep.analysis.compare.success import (
    MAJORITY_SHARE,
    PRIOR_ENTROPY,
    Counted,
    counted,
    success,
)
from resweep.analysis.compare.testing import interval as mean_interval
from resweep.analysis.compare.verdict import verdict
from resweep.outcome import Outcome
from resweep.stats import student_t

# The metrics that a summary reads besides the one by which arms are compared. To read each of them
# of 100,000 runs takes a tenth of a second: what is not shown need not be read, and is None.
JUDGED = (
    "forward_growth",
    "backward_growth",
    "grad_norm_ratio",
    "log10_forward_growth",
    "log10_backward_growth",
    "log10_grad_norm_ratio",
    MAJORITY_SHARE,
    PRIOR_ENTROPY,
)
COSTS = ("test_loss", "seconds", "peak_memory")
NEEDED = (*JUDGED, *COSTS, "images_per_second", "train_images_per_second")


def summarize(
    groups: Sequence[Group],
    metric: str,
    interval: IntervalMethod = "t",
    outcomes: tuple[Outcome, ...] = (),
    *,
    alike: bool = False,
    baseline: str | None = None,
) -> Comparison:
    """Summarize `groups`, one arm each, and set every arm against a reference.

    The reference is that of `resweep.analysis.compare.baseline`: the arm `baseline`, else the
    paper's, else the one with the most runs; with `alike` one of the same depth, data size and
    training. `outcomes` are the runs, where they are at hand. Raises ResweepError where results of
    different data would be averaged or subtracted.
    """
    dataset = only(group.experiment.dataset for group in groups if group.experiment)
    data = only(group.fingerprint for group in groups)
    columns = [counted(group, metric) for group in groups]
    conditions = apart(groups) if alike else ()
    to = references(groups, baseline, conditions)
    names = [group.arm for group in groups]
    compared = differences(names, columns, to, interval)
    costs = [_Cost.of(group) for group in groups]
    arms: list[ArmSummary] = []
    for place, group in enumerate(groups):
        cost, other = costs[place], costs[to[place]]
        arms.append(_summary(group, columns[place], interval, cost, other, compared[place]))
    return Comparison(
        metric,
        dataset,
        data,
        tuple(arms),
        outcomes,
        interval,
        correction=_correction(interval, compared),
        apart=conditions,
        chance=next((one.chance for one in columns if one.chance is not None), None),
    )


def _correction(interval: IntervalMethod, compared: Sequence[Difference | None]) -> str:
    """`bonferroni` where bootstrap intervals decide of every difference, else `holm`."""
    tests = {difference.test for difference in compared if difference}
    return "bonferroni" if interval == "bootstrap" and tests <= {"bootstrap"} else "holm"


class _Cost(NamedTuple):
    """Means of a group's seconds and of its peak memory in bytes, None where no run has them."""

    seconds: float | None
    memory: float | None

    @classmethod
    def of(cls, group: Group) -> "_Cost":
        """The cost of a group."""
        return cls(mean(numbers(group, "seconds")), mean(numbers(group, "peak_memory")))


def _summary(
    group: Group,
    column: Counted,
    interval: IntervalMethod,
    cost: "_Cost",
    reference: "_Cost",
    difference: Difference | None,
) -> ArmSummary:
    """The summary of `group`, whose metric is `column`, beside the cost of its reference."""
    values = list(column.given.values())
    overall = average = student_t.mean(values) if values else None
    if column.failed:
        overall = student_t.mean(list(column.every.values())) if column.comparable else None
    spread = low = high = None
    if average is not None and len(values) > 1:
        spread = student_t.deviation(values)
        low, high = mean_interval(values, average, spread, interval)
    statuses = group.status_counts()
    forward = middle_log10(group, "forward_growth")
    backward = middle_log10(group, "backward_growth")
    gradient = middle_log10(group, "grad_norm_ratio")
    word, reason = verdict(statuses, group.experiment, forward, backward, gradient)
    return ArmSummary(
        arm=group.arm,
        experiment=group.experiment,
        runs=len(group.seeds),
        statuses=statuses,
        success=success(statuses),
        n=len(values),
        mean=average,
        overall=overall,
        std=spread,
        ci_low=low,
        ci_high=high,
        min=min(values, default=None),
        max=max(values, default=None),
        log10_forward_growth=forward,
        log10_backward_growth=backward,
        grad_norm_ratio=middle(numbers(group, "grad_norm_ratio")),
        log10_grad_norm_ratio=gradient,
        seconds=cost.seconds,
        images_per_second=mean(numbers(group, "images_per_second")),
        train_images_per_second=mean(numbers(group, "train_images_per_second")),
        peak_memory=cost.memory,
        relative_seconds=_ratio(cost.seconds, reference.seconds),
        relative_memory=_ratio(cost.memory, reference.memory),
        difference=difference,
        verdict=word,
        reason=reason,
        test_loss=middle(numbers(group, "test_loss")),
    )


def _ratio(value: float | None, reference: float | None) -> float | None:
    return value / reference if value is not None and reference else None
