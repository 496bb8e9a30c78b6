"""Outcomes -> Comparison: per arm mean, spread, cost and statuses, and its difference to another arm, seed by seed.

A run without an accuracy (exploded at the probes, say) enters no mean: it would classify at chance, but that number was
not measured. `n` counts the runs behind a mean, `statuses` all of them.
"""

from collections.abc import Iterable, Sequence

from resweep.analysis.compare.groups import (
    arms,
    fingerprint,
    from_settings,
    grouped,
    labelled,
    only,
    setting,
)
from resweep.analysis.compare.records import (
    CONFIDENCE,
    ArmSummary,
    Comparison,
    Difference,
    Group,
    Interval,
    PredictedGrowth,
    Word,
)
from resweep.analysis.compare.summary import NEEDED, by_seed, log10s, middle, summarize
from resweep.outcome import Outcome

__all__ = [
    "CONFIDENCE",
    "NEEDED",
    "ArmSummary",
    "Comparison",
    "Difference",
    "Group",
    "Interval",
    "PredictedGrowth",
    "Word",
    "arms",
    "by_data",
    "by_seed",
    "compare",
    "comparisons",
    "fingerprint",
    "from_settings",
    "labelled",
    "log10s",
    "middle",
    "setting",
    "summarize",
]


def compare(
    groups: Iterable[tuple[str, Sequence[Outcome]]],
    metric: str = "final_accuracy",
    interval: Interval = "t",
    *,
    alike: bool = False,
) -> Comparison:
    """Summarize `groups`, pairs of a label and its outcomes, each set against another as `summarize` says.

    A seed measured twice counts once, the later one. Raises ResweepError where an arm mixes settings, or where results
    of different datasets or fingerprints would meet.
    """
    parted = [(arm, tuple(outcomes)) for arm, outcomes in groups]
    columns = [grouped(arm, outcomes) for arm, outcomes in parted]
    everything = [outcome for _, outcomes in parted for outcome in outcomes]
    only(o.experiment.dataset for o in everything)
    only(map(fingerprint, everything))
    chosen = tuple(
        o
        for _, outcomes in parted
        for _, o in sorted({o.experiment.seed: o for o in outcomes}.items())
    )
    return summarize(columns, metric, interval, chosen, alike=alike)


def by_data(groups: Iterable[Group]) -> list[list[Group]]:
    """`groups` parted by dataset and fingerprint: results of different data never meet."""
    parted: dict[tuple[str, str], list[Group]] = {}
    for group in groups:
        if group.experiment is not None:
            parted.setdefault((group.experiment.dataset, group.fingerprint), []).append(group)
    return list(parted.values())


def comparisons(
    outcomes: Iterable[Outcome], metric: str = "final_accuracy", interval: Interval = "t"
) -> list[Comparison]:
    """One Comparison for each dataset and fingerprint among `outcomes`, arms as `arms` finds them, like beside like."""
    parted: dict[tuple[str, str], list[tuple[str, Sequence[Outcome]]]] = {}
    for arm, found in arms(outcomes):
        parted.setdefault((found[0].experiment.dataset, fingerprint(found[0])), []).append(
            (arm, found)
        )
    return [compare(groups, metric, interval, alike=True) for groups in parted.values()]
