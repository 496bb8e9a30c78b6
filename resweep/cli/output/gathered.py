"""From a store to comparisons and surveys: read by setting, never run by run."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from resweep import registry
from resweep.analysis.compare import NEEDED, Comparison, Group, by_data, from_settings, summarize
from resweep.analysis.compare.records import IntervalMethod
from resweep.store import Store

if TYPE_CHECKING:
    from resweep.analysis.growth_theory import StemMoments
    from resweep.store.where import Condition

BUDGET = 400  # blocks that a table predicts in all unless told otherwise: 40 to 80 ms a hundred


def groups(store: Store, metric: str, where: "Condition | None") -> list[Group]:
    """The runs of `store` that meet `where`; raises UsageError for a metric that no run of the store has."""
    found = from_settings(store.settings((metric, *NEEDED), where))
    if (
        found
        and not any(metric in group.metrics for group in found)
        and metric != "first_epoch_accuracy"
    ):
        registry.check("metric", metric, (*store.metric_names(), "first_epoch_accuracy"))
    return found


def comparisons(
    store: Store,
    found: Sequence[Group],
    metric: str,
    interval: IntervalMethod,
    budget: int | None = BUDGET,
) -> Iterator[Comparison]:
    """One Comparison for each dataset, theory beside as many of its first arms as `budget` blocks allow."""
    for part in by_data(found):
        yield with_theory(store, part, summarize(part, metric, interval, alike=True), budget)


def with_theory(
    store: Store, part: Sequence[Group], comparison: Comparison, budget: int | None
) -> Comparison:
    """`comparison` of the groups `part` with predictions, each from the start of the arm's first run."""
    chosen = affordable(
        [arm.experiment.blocks if arm.experiment else 0 for arm in comparison.arms], budget
    )
    if not chosen:
        return comparison
    from resweep.analysis import growth_theory

    ids = {place: run for place in chosen if (run := first(part[place])) is not None}
    known: dict[int, Any] = store.starts(list(ids.values()))
    stems: list[StemMoments | None] = [None] * len(part)
    for place, run in ids.items():
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
    return next(
        (run for run, status in zip(group.ids, group.statuses, strict=True) if status != "error"),
        None,
    )
