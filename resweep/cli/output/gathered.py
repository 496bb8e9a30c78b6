"""From a store to comparisons and surveys: read by setting, never run by run."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from resweep import registry
from resweep.analysis import growth_theory
from resweep.analysis.compare import (
    NEEDED,
    Comparison,
    Group,
    by_data,
    check_baseline,
    from_settings,
    summarize,
)
from resweep.analysis.compare.records import IntervalMethod
from resweep.outcome.metrics import METRICS
from resweep.store import Store

if TYPE_CHECKING:
    from resweep.store.where import Condition

BUDGET = 400  # blocks that a table predicts in all unless told otherwise: 40 to 80 ms a hundred


def groups(
    store: Store, metric: str, where: "Condition | None", also: Sequence[str] = NEEDED
) -> list[Group]:
    """The runs of `store` that meet `where`, gathered by setting.

    They have `metric` and the metrics in `also`. Raises UsageError for a metric that no run of the
    store has; where none is chosen, for one that no run can have.
    """
    gathered = from_settings(store.settings((metric, *also), where))
    measured = any(metric in group.metrics for group in gathered)
    if not measured and metric != "first_epoch_accuracy":
        known = {*store.metric_names(), "first_epoch_accuracy"}
        if not gathered:
            known |= METRICS.keys()
        registry.check("metric", metric, sorted(known))
    return gathered


def comparisons(
    store: Store,
    gathered: Sequence[Group],
    metric: str,
    interval: IntervalMethod,
    budget: int | None = BUDGET,
    baseline: str | None = None,
) -> Iterator[Comparison]:
    """One Comparison for each dataset.

    Theory stands beside as many of its first arms as `budget` blocks allow. Raises UsageError for
    a `baseline` of which there is no run.
    """
    check_baseline(gathered, baseline)
    for part in by_data(gathered):
        compared = summarize(part, metric, interval, alike=True, baseline=baseline)
        yield with_theory(store, part, compared, budget)


def with_theory(
    store: Store, part: Sequence[Group], comparison: Comparison, budget: int | None
) -> Comparison:
    """`comparison` of the groups `part` with predictions, each from the arm's first run."""
    depths = [arm.experiment.blocks if arm.experiment else 0 for arm in comparison.arms]
    chosen = affordable(depths, budget)
    if not chosen:
        return comparison
    runs = {place: first(part[place]) for place in chosen}
    known = store.starts([run for run in runs.values() if run is not None])
    stems: list[growth_theory.StemMoments | None] = [None] * len(part)
    for place, run in runs.items():
        if run in known:
            stems[place] = growth_theory.StemMoments(*known[run])
    return growth_theory.with_predictions(comparison, stems)


def affordable(blocks: Sequence[int], budget: int | None) -> list[int]:
    """Places of the first networks whose blocks together stay within `budget`."""
    chosen, left = [], sum(blocks) if budget is None else budget
    for place, depth in enumerate(blocks):
        if depth > left:
            break
        chosen.append(place)
        left -= depth
    return chosen


def first(group: Group) -> int | None:
    """The id of the group's first run that did not fail."""
    for run, status in zip(group.ids, group.statuses, strict=True):
        if status != "error":
            return run
    return None
