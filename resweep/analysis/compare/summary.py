"""The summary of each arm of a comparison, computed from the columns of its runs."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from resweep.analysis.compare.columns import log10s, mean, middle, numbers
from resweep.analysis.compare.differences import differences
from resweep.analysis.compare.groups import only
from resweep.analysis.compare.records import (
    CONFIDENCE,
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
from resweep.arms import LABELLED
from resweep.experiment import FIELDS
from resweep.outcome import Outcome
from resweep.stats import student_t

# The metrics that a summary reads besides the one by which arms are compared.
NEEDED = (
    "forward_growth",
    "backward_growth",
    "grad_norm_ratio",
    "log10_forward_growth",
    "log10_backward_growth",
    "log10_grad_norm_ratio",
    "seconds",
    "images_per_second",
    "train_images_per_second",
    "peak_memory",
    MAJORITY_SHARE,
    PRIOR_ENTROPY,
)
# Fields that stand in the name of an arm or in the title of its table. Arms that differ in any
# other field are set against each other only where that was asked for.
NAMED = (*LABELLED, "effective_fan_in", "dataset", "seed")
APART = tuple(name for name in FIELDS if name not in NAMED)
CONDITIONS = attrgetter(*APART)


def summarize(
    groups: Sequence[Group],
    metric: str,
    interval: IntervalMethod = "t",
    outcomes: tuple[Outcome, ...] = (),
    *,
    alike: bool = False,
) -> Comparison:
    """Summarize `groups`, one arm each, and set every arm against a reference.

    The reference is the first arm or, with `alike`, the first that has the same depth, data size
    and training. `outcomes` are the runs, where they are at hand. Raises ResweepError where results
    of different data would be averaged or subtracted.
    """
    dataset = only(group.experiment.dataset for group in groups if group.experiment)
    data = only(group.fingerprint for group in groups)
    columns = [counted(group, metric) for group in groups]
    references = _references(groups) if alike else [0] * len(groups)
    names = [group.arm for group in groups]
    compared = differences(names, columns, references, interval)
    arms: list[ArmSummary] = []
    for place, group in enumerate(groups):
        reference = None
        if references[place] < place:
            reference = arms[references[place]]
        arms.append(_summary(group, columns[place], interval, reference, compared[place]))
    return Comparison(
        metric,
        dataset,
        data,
        tuple(arms),
        outcomes,
        interval,
        correction=_correction(interval, compared),
        apart=_apart(groups) if alike else (),
        chance=next((one.chance for one in columns if one.chance is not None), None),
    )


def _correction(interval: IntervalMethod, compared: Sequence[Difference | None]) -> str:
    """`bonferroni` where bootstrap intervals decide of every difference, else `holm`."""
    tests = {difference.test for difference in compared if difference}
    return "bonferroni" if interval == "bootstrap" and tests <= {"bootstrap"} else "holm"


def _references(groups: Sequence[Group]) -> list[int]:
    """For each group the index of the first that has the same values of the fields APART."""
    firsts: dict[Any, int] = {}
    return [firsts.setdefault(CONDITIONS(g.experiment), place) for place, g in enumerate(groups)]


def _apart(groups: Sequence[Group]) -> tuple[str, ...]:
    """The fields in which groups differ although neither an arm's name nor a title shows them."""
    differing = []
    for name in APART:
        values = {getattr(group.experiment, name) for group in groups}
        if len(values) > 1:
            differing.append(name)
    return tuple(differing)


def _summary(
    group: Group,
    column: Counted,
    interval: IntervalMethod,
    reference: ArmSummary | None,
    difference: Difference | None,
) -> ArmSummary:
    """The summary of `group`, whose metric is `column`; without `reference` it is its own."""
    values = list(column.given.values())
    every = list(column.every().values()) if column.comparable else []
    low, high = mean_interval(values, CONFIDENCE, interval)
    statuses = group.status_counts()
    forward = middle(log10s(group, "forward_growth"))
    backward = middle(log10s(group, "backward_growth"))
    gradient = middle(log10s(group, "grad_norm_ratio"))
    word, reason = verdict(statuses, group.experiment, forward, backward, gradient)
    seconds = mean(numbers(group, "seconds"))
    memory = mean(numbers(group, "peak_memory"))
    return ArmSummary(
        arm=group.arm,
        experiment=group.experiment,
        runs=len(group.seeds),
        statuses=statuses,
        success=success(group),
        n=len(values),
        mean=student_t.mean(values) if values else None,
        overall=student_t.mean(every) if every else None,
        std=student_t.deviation(values) if len(values) > 1 else None,
        ci_low=low,
        ci_high=high,
        min=min(values, default=None),
        max=max(values, default=None),
        log10_forward_growth=forward,
        log10_backward_growth=backward,
        grad_norm_ratio=middle(numbers(group, "grad_norm_ratio")),
        log10_grad_norm_ratio=gradient,
        seconds=seconds,
        images_per_second=mean(numbers(group, "images_per_second")),
        train_images_per_second=mean(numbers(group, "train_images_per_second")),
        peak_memory=memory,
        relative_seconds=_ratio(seconds, reference.seconds if reference else seconds),
        relative_memory=_ratio(memory, reference.peak_memory if reference else memory),
        difference=difference,
        verdict=word,
        reason=reason,
    )


def _ratio(value: float | None, reference: float | None) -> float | None:
    return value / reference if value is not None and reference else None
