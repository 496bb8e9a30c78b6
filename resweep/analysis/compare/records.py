"""The results of a comparison: frozen records that tables, figures and JSON draw as they are."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Literal

from resweep.experiment import Experiment
from resweep.outcome import STATUSES, Outcome, json_safe

CONFIDENCE = 0.95
IntervalMethod = Literal["t", "bootstrap"]
Verdict = Literal[
    "trains",
    "fragile",
    "undecided",
    "stable",
    "growing",
    "shrinking",
    "vanishing",
    "exploding",
    "trapped",
    "mixed",
    "failed",
    "not run",
]
Finding = Literal["clear", "noise", "too few seeds", "chance unknown"]
Test = Literal["none", "paired t", "pooled t", "permutation", "bootstrap"]


@dataclass(frozen=True)
class Group:
    """The runs of one arm as columns; they differ in nothing but the seed and share their data.

    `experiment` is their common setting with seed 0, None for an arm without runs. `seeds`,
    `statuses` and every sequence of `metrics` have one entry per run, None where a run lacks the
    metric. `ids` are the store's own numbers of the runs. `logs`, `middles` and
    `judged` keep what `log10s`, `middle_log10` and `counted` have computed, since a survey asks for
    the same along every axis.
    """

    arm: str
    experiment: Experiment | None
    fingerprint: str = ""
    seeds: tuple[int, ...] = ()
    statuses: tuple[str, ...] = ()
    metrics: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    ids: tuple[int, ...] = ()
    logs: dict[str, list[float]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    middles: dict[str, float | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    judged: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def status_counts(self) -> dict[str, int]:
        """How many runs have each status, without those that none has.

        They are in the order of STATUSES; words of other versions of resweep follow.
        """
        return dict(self._counts)

    @cached_property
    def _counts(self) -> dict[str, int]:
        words = dict.fromkeys((*STATUSES, *self.statuses))
        return {word: self.statuses.count(word) for word in words if word in self.statuses}


@dataclass(frozen=True)
class Success:
    """Of `n` runs of which it is known, `k` succeeded; `low` and `high` are Wilson's 95% interval.

    The interval is None for n = 0.
    """

    k: int
    n: int
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Difference:
    """Mean over `n` common seeds of (this arm - the arm `to`), failed runs at chance, and its test.

    `p` is that of the two-sided `test` (`resweep.analysis.compare.testing`, `df` are the degrees of
    freedom of a t test), corrected by Holm (1979) for the m differences of the comparison.
    `ci_low` and `ci_high` bound the mean at level 1 - 0.05/m (Bonferroni); they are None for a
    permutation test, which has no interval. With the bootstrap, p is None and the interval decides.

    `finding` is `clear` where p < 0.05 or the interval does not hold 0, `too few seeds` where no
    test could have told, `chance unknown` where a run failed and it is not known what that counts,
    else `noise`. `noise` is true unless the difference is clear.
    """

    to: str
    n: int
    mean: float | None
    ci_low: float | None
    ci_high: float | None
    noise: bool
    p: float | None = None
    finding: Finding = "noise"
    test: Test = "none"
    df: int | None = None


@dataclass(frozen=True)
class PredictedGrowth:
    """Predicted growth over all L blocks, beside the medians that were measured.

    A growth is the predicted median over seeds, or the mean where theory does not know the law over
    seeds. `*_ratio` is measured / predicted. `*_outside` is true where the ratio is more than two
    standard errors of the median away from 1, and None where theory gives no spread. A growth and
    its ratio are None where theory withholds it, and `*_unpredicted` then says why.
    """

    log10_forward_growth: float | None
    log10_backward_growth: float | None
    forward_ratio: float | None
    backward_ratio: float | None
    forward_outside: bool | None
    backward_outside: bool | None = None
    forward_unpredicted: str | None = None
    backward_unpredicted: str | None = None


@dataclass(frozen=True)
class ArmSummary:
    """What the runs of one arm have in common.

    `runs` counts all of them, `success` those that succeeded. `mean`, `std` (sample), `ci_low`,
    `ci_high` (95%), `min` and `max` are over the `n` runs that have the metric and did not fail;
    `overall` is the mean in which each failed run counts at chance, None where what that is is not
    known. Growths and gradient ratios are medians over the runs, whether finite or not; those named
    log10 are medians of the logarithm.

    `seconds`, both speeds (of whole epochs, and of training alone) and `peak_memory` (bytes) are
    means over the runs that have them.
    `relative_seconds` and `relative_memory` divide them by those of the arm that `difference`
    refers to; they are 1 for an arm without a difference. `verdict` and `reason` are those of
    `resweep.analysis.compare.verdict`. `unpredicted` says why theory does not describe the network.
    `test_loss` is the median over the runs that have one.
    """

    arm: str
    experiment: Experiment | None
    runs: int
    statuses: dict[str, int]
    success: Success
    n: int
    mean: float | None
    overall: float | None
    std: float | None
    ci_low: float | None
    ci_high: float | None
    min: float | None
    max: float | None
    log10_forward_growth: float | None
    log10_backward_growth: float | None
    grad_norm_ratio: float | None
    log10_grad_norm_ratio: float | None
    seconds: float | None
    images_per_second: float | None
    train_images_per_second: float | None
    peak_memory: float | None
    relative_seconds: float | None
    relative_memory: float | None
    difference: Difference | None
    verdict: Verdict
    reason: str
    predicted: PredictedGrowth | None = None
    unpredicted: str | None = None
    test_loss: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Every field, the experiment without its seed; infinities and nan as strings."""
        fields = vars(self).copy()
        for name in ("experiment", "difference", "predicted"):
            del fields[name]
        fields["success"] = asdict(self.success)
        fields["difference"] = asdict(self.difference) if self.difference else None
        fields["predicted"] = asdict(self.predicted) if self.predicted else None
        fields["experiment"] = None
        if self.experiment:
            fields["experiment"] = self.experiment.model_dump(exclude={"seed"})
        return dict(json_safe(fields))


@dataclass(frozen=True)
class Comparison:
    """Arms in the order given, all measured on one dataset.

    Differences and relative costs refer to the arm that `resweep.analysis.compare.baseline` finds.
    Where `apart` names fields, arms that differ in one of them are not set against each other; each
    then refers to one that has the same values of these fields.

    `interval` is the method behind the intervals: `t` is Student's, `bootstrap` the bias-corrected
    and accelerated one. `correction` says how the differences are corrected for their number:
    `holm`, or `bonferroni` with the bootstrap. `chance` is what a failed run counts in them, None
    where the metric does not measure success or that is not known. `outcomes` are the runs in the
    order of the arms; a comparison that was aggregated from a store has none.
    """

    metric: str
    dataset: str
    fingerprint: str
    arms: tuple[ArmSummary, ...]
    outcomes: tuple[Outcome, ...] = ()
    interval: IntervalMethod = "t"
    correction: str = "holm"
    confidence: float = CONFIDENCE
    apart: tuple[str, ...] = ()
    chance: float | None = None

    def to_json(self, *, profiles: bool = False) -> dict[str, Any]:
        """The object that `compare --json` prints, with the runs' profiles on request."""
        return {
            "arms": [arm.to_json() for arm in self.arms],
            "runs": [outcome.to_json(profiles=profiles) for outcome in self.outcomes],
            "metric": self.metric,
            "dataset": self.dataset,
            "fingerprint": self.fingerprint,
            "confidence": self.confidence,
            "interval": self.interval,
            "correction": self.correction,
            "apart": self.apart,
            "chance": self.chance,
        }
