"""Outcomes -> Comparison: per arm the mean, its spread and statuses, and seed by seed the difference to the first arm.

A run without an accuracy (exploded at the probes, say) enters no mean: it would classify at chance, but that number was
not measured. `n` counts the runs behind a mean, `statuses` all of them.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, median, stdev
from typing import Any, NamedTuple

from resweep.arms import label
from resweep.errors import ResweepError
from resweep.experiment import Experiment
from resweep.outcome import STATUSES, Outcome, json_safe
from resweep.student_t import interval

CONFIDENCE = 0.95


class Group(NamedTuple):
    """The outcomes of one arm: experiments that differ in nothing but their seed, measured on the same data."""

    arm: str
    outcomes: Sequence[Outcome]


@dataclass(frozen=True)
class Difference:
    """Mean over `n` common seeds of (this arm - the arm `to`), with its simultaneous interval.

    The interval is Student's over the paired differences at 1 - 0.05/m (Bonferroni over the m differences of the
    comparison). `noise`: the interval holds 0, or there are fewer than 2 pairs.
    """

    to: str
    n: int
    mean: float | None
    ci_low: float | None
    ci_high: float | None
    noise: bool


@dataclass(frozen=True)
class ArmSummary:
    """One arm. `mean`, `std` (sample), `ci_low`, `ci_high` (95%, Student), `min`, `max` are over the `n` runs of `runs`
    that have the metric; growths are medians of log10, finite or not; `seconds`, `images_per_second` are means."""

    arm: str
    experiment: Experiment | None
    runs: int
    statuses: dict[str, int]
    n: int
    mean: float | None
    std: float | None
    ci_low: float | None
    ci_high: float | None
    min: float | None
    max: float | None
    log10_forward_growth: float | None
    log10_backward_growth: float | None
    grad_norm_ratio: float | None
    seconds: float | None
    images_per_second: float | None
    difference: Difference | None

    def to_json(self) -> dict[str, Any]:
        fields = self.experiment.model_dump(exclude={"seed"}) if self.experiment else None
        plain = {k: v for k, v in vars(self).items() if k not in ("experiment", "difference")}
        difference = asdict(self.difference) if self.difference else None
        return dict(json_safe(plain | {"difference": difference, "experiment": fields}))


@dataclass(frozen=True)
class Comparison:
    """Arms in the order given, all measured on one dataset; differences are to the first of them."""

    metric: str
    dataset: str
    fingerprint: str
    arms: tuple[ArmSummary, ...]
    outcomes: tuple[Outcome, ...]
    correction: str = "bonferroni"
    confidence: float = CONFIDENCE

    def to_json(self, *, profiles: bool = False) -> dict[str, Any]:
        """The object that `compare --json` prints."""
        head = {k: getattr(self, k) for k in ("metric", "dataset", "fingerprint", "confidence", "correction")}
        runs = [outcome.to_json(profiles=profiles) for outcome in self.outcomes]
        return {"arms": [arm.to_json() for arm in self.arms], "runs": runs, **head}


def arms(outcomes: Iterable[Outcome]) -> list[Group]:
    """All outcomes grouped by every experiment field but the seed and by fingerprint, in order of first appearance."""
    found: dict[tuple[Experiment, str], list[Outcome]] = {}
    for outcome in outcomes:
        found.setdefault((setting(outcome.experiment), fingerprint(outcome)), []).append(outcome)
    return [Group(label(experiment), tuple(group)) for (experiment, _), group in found.items()]


def compare(groups: Iterable[tuple[str, Sequence[Outcome]]], metric: str = "final_accuracy") -> Comparison:
    """Summarize `groups`, pairs of a label and its outcomes, and set each against the first.

    A seed measured twice counts once, the later one. Raises ResweepError where an arm mixes settings, or where results
    of different datasets or fingerprints would meet.
    """
    parted = [Group(arm, by_seed(arm, outcomes)) for arm, outcomes in groups]
    outcomes = tuple(outcome for group in parted for outcome in group.outcomes)
    dataset, data = (_only(kind) for kind in ([o.experiment.dataset for o in outcomes], map(fingerprint, outcomes)))
    others = len(parted) - 1
    summaries = tuple(_summary(group, parted[0] if i else None, others, metric) for i, group in enumerate(parted))
    return Comparison(metric, dataset, data, summaries, outcomes)


def comparisons(outcomes: Iterable[Outcome], metric: str = "final_accuracy") -> list[Comparison]:
    """One Comparison for each dataset and fingerprint among `outcomes`, its arms found by `arms`."""
    parted: dict[tuple[str, str], list[Group]] = {}
    for group in arms(outcomes):
        first = group.outcomes[0]
        parted.setdefault((first.experiment.dataset, fingerprint(first)), []).append(group)
    return [compare(groups, metric) for groups in parted.values()]


def setting(experiment: Experiment) -> Experiment:
    """`experiment` with seed 0: what the runs of one arm have in common."""
    return experiment.model_copy(update={"seed": 0})


def fingerprint(outcome: Outcome) -> str:
    """Fingerprint of the data, or "" for a run that failed before it saw any."""
    return str(outcome.provenance.get("dataset_fingerprint", ""))


def by_seed(arm: str, outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """One outcome a seed, in order of seeds; raises ResweepError where they differ in more than the seed."""
    if len({setting(o.experiment) for o in outcomes}) > 1:
        raise ResweepError(f"arm {arm!r} mixes settings that differ in more than the seed: they cannot be averaged")
    return tuple(o for _, o in sorted({o.experiment.seed: o for o in outcomes}.items()))


def _only(names: Iterable[str]) -> str:
    """The one name there is, "" if none; raises ResweepError for several."""
    found = sorted(set(names) - {""})
    if len(found) > 1:
        raise ResweepError(f"results of different data ({', '.join(found)}) share no average: select one with --where")
    return found[0] if found else ""


def _summary(group: Group, first: Group | None, differences: int, metric: str) -> ArmSummary:
    values = list(_values(group, metric).values())
    low, high = interval(values, CONFIDENCE)
    found = [o.status for o in group.outcomes]
    return ArmSummary(
        arm=group.arm,
        experiment=setting(group.outcomes[0].experiment) if group.outcomes else None,
        runs=len(group.outcomes),
        statuses={status: found.count(status) for status in STATUSES if status in found},
        n=len(values),
        mean=fmean(values) if values else None,
        std=stdev(values) if len(values) > 1 else None,
        ci_low=low,
        ci_high=high,
        min=min(values, default=None),
        max=max(values, default=None),
        log10_forward_growth=_median(_log10(v) for v in _all(group, "forward_growth")),
        log10_backward_growth=_median(_log10(v) for v in _all(group, "backward_growth")),
        grad_norm_ratio=_median(_all(group, "grad_norm_ratio")),
        seconds=_mean(_all(group, "seconds")),
        images_per_second=_mean(_all(group, "images_per_second")),
        difference=_difference(group, first, differences, metric) if first else None,
    )


def _difference(group: Group, first: Group, differences: int, metric: str) -> Difference:
    ours, theirs = _values(group, metric), _values(first, metric)
    pairs = [ours[seed] - theirs[seed] for seed in ours if seed in theirs]
    low, high = interval(pairs, 1 - (1 - CONFIDENCE) / differences)
    noise = low is None or high is None or low <= 0 <= high
    return Difference(first.arm, len(pairs), fmean(pairs) if pairs else None, low, high, noise)


def _values(group: Group, metric: str) -> dict[int, float]:
    """The metric by seed, of the runs where it is a finite number."""
    pairs = ((o.experiment.seed, o.metrics.get(metric)) for o in group.outcomes)
    return {seed: value for seed, value in pairs if value is not None and math.isfinite(value)}


def _all(group: Group, metric: str) -> list[float]:
    """The metric of every run that has one, infinities included."""
    return [v for o in group.outcomes if (v := o.metrics.get(metric)) is not None and not math.isnan(v)]


def _log10(value: float) -> float:
    return math.log10(value) if value > 0 else -math.inf


def _median(values: Iterable[float]) -> float | None:
    ordered = list(values)
    return median(ordered) if ordered else None


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
