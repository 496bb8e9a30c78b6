"""Comparisons of arms: how many runs succeed, what they reach, growth, cost, paired differences.

The mean of an arm is over its runs that did not fail; a difference between arms counts those that
did at chance. `n` counts the runs behind a mean, `statuses` all runs.
"""

from collections.abc import Iterable, Sequence

from resweep.analysis.compare.baseline import check as check_baseline
from resweep.analysis.compare.columns import by_seed, log10s, log10s_by_seed, middle_log10
from resweep.analysis.compare.groups import (
    arms,
    by_data,
    fingerprint,
    from_settings,
    grouped,
    labelled,
    last_by_seed,
    only,
    setting,
)
from resweep.analysis.compare.records import (
    CONFIDENCE,
    ArmSummary,
    Comparison,
    Difference,
    Group,
    IntervalMethod,
    PredictedGrowth,
    Success,
    Verdict,
)
from resweep.analysis.compare.success import counted, measures_success
from resweep.analysis.compare.summary import COSTS, JUDGED, NEEDED, summarize
from resweep.outcome import Outcome

__all__ = [
    "CONFIDENCE",
    "COSTS",
    "JUDGED",
    "NEEDED",
    "ArmSummary",
    "Comparison",
    "Difference",
    "Group",
    "IntervalMethod",
    "PredictedGrowth",
    "Success",
    "Verdict",
    "arms",
    "by_data",
    "by_seed",
    "check_baseline",
    "compare",
    "comparisons",
    "counted",
    "fingerprint",
    "from_settings",
    "labelled",
    "log10s",
    "log10s_by_seed",
    "measures_success",
    "middle_log10",
    "setting",
    "summarize",
]


def compare(
    groups: Iterable[tuple[str, Sequence[Outcome]]],
    metric: str = "final_accuracy",
    interval: IntervalMethod = "t",
    *,
    alike: bool = False,
    baseline: str | None = None,
) -> Comparison:
    """Compare `groups`, pairs of a label and its outcomes, by `metric`.

    `interval`, `alike` and `baseline` are those of `summarize`. Where a seed was measured twice,
    the later outcome counts. Raises ResweepError where an arm mixes settings, or where results of
    different datasets or fingerprints would be averaged or subtracted.
    """
    labelled_runs = [(arm, tuple(outcomes)) for arm, outcomes in groups]
    columns = [grouped(arm, outcomes) for arm, outcomes in labelled_runs]
    every: list[Outcome] = []
    chosen: list[Outcome] = []
    for _, outcomes in labelled_runs:
        every.extend(outcomes)
        chosen.extend(last_by_seed(outcomes))
    only(outcome.experiment.dataset for outcome in every)
    only(fingerprint(outcome) for outcome in every)
    return summarize(columns, metric, interval, tuple(chosen), alike=alike, baseline=baseline)


def comparisons(
    outcomes: Iterable[Outcome], metric: str = "final_accuracy", interval: IntervalMethod = "t"
) -> list[Comparison]:
    """One Comparison for each dataset and fingerprint among `outcomes`.

    Outcomes are sorted into arms as `arms` does, and each arm is set against one that shares its
    depth, data size and training.
    """
    parted: dict[tuple[str, str], list[tuple[str, Sequence[Outcome]]]] = {}
    for arm, runs in arms(outcomes):
        data = (runs[0].experiment.dataset, fingerprint(runs[0]))
        parted.setdefault(data, []).append((arm, runs))
    return [compare(groups, metric, interval, alike=True) for groups in parted.values()]
