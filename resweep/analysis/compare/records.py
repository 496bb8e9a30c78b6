"""What a comparison finds: frozen records that tables, figures and JSON draw, and none of them computes further."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from resweep.experiment import Experiment
from resweep.outcome import Outcome, json_safe

CONFIDENCE = 0.95
Interval = Literal["t", "bootstrap"]
Word = Literal["stable", "vanishing", "exploding", "trapped", "failed", "mixed", "not run"]


@dataclass(frozen=True)
class Group:
    """The runs of one arm, column by column: they differ in nothing but their seed and are measured on the same data.

    `experiment` is their common setting (seed 0; None for an arm without runs); `seeds`, `statuses` and every sequence
    of `metrics` have one entry a run, None where a run lacks the metric; `ids` are the store's own.
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
    )  # of `log10s`


@dataclass(frozen=True)
class Difference:
    """Mean over `n` common seeds of (this arm - the arm `to`), with its simultaneous interval.

    `ci_low`, `ci_high`: of the paired differences at 1 - 0.05/m (Bonferroni over the m differences of the comparison),
    Student's or bootstrapped as the comparison says. `p`: two-sided paired t test, corrected by Holm (1979) over the
    same m; None with the bootstrap, or with fewer than 2 pairs. `noise`: p >= 0.05; with the bootstrap, the interval
    holds 0; either way, too few pairs to tell.
    """

    to: str
    n: int
    mean: float | None
    ci_low: float | None
    ci_high: float | None
    noise: bool
    p: float | None = None


@dataclass(frozen=True)
class PredictedGrowth:
    """Theory beside the measured medians, over all L blocks.

    `forward_ratio`, `backward_ratio`: measured / predicted. `forward_outside`: the ratio is more than two standard
    errors of the median away from 1; None where theory knows no spread over seeds.
    """

    log10_forward_growth: float
    log10_backward_growth: float
    forward_ratio: float | None
    backward_ratio: float | None
    forward_outside: bool | None


@dataclass(frozen=True)
class ArmSummary:
    """One arm. `mean`, `std` (sample), `ci_low`, `ci_high` (95%), `min`, `max` are over the `n` runs of `runs` that
    have the metric; growths and the gradient ratio are medians of log10, finite or not.

    Cost: `seconds`, `images_per_second` and `peak_memory` (bytes) are means over the runs that have them;
    `relative_seconds` and `relative_memory` are this arm's over those of the arm that its difference is to, 1 where it
    has none. `verdict` is one word for the arm (see `resweep.analysis.compare.verdict`), `reason` says why.
    """

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
    log10_grad_norm_ratio: float | None
    seconds: float | None
    images_per_second: float | None
    peak_memory: float | None
    relative_seconds: float | None
    relative_memory: float | None
    difference: Difference | None
    verdict: Word
    reason: str
    predicted: PredictedGrowth | None = None

    def to_json(self) -> dict[str, Any]:
        fields = self.experiment.model_dump(exclude={"seed"}) if self.experiment else None
        plain = {
            k: v
            for k, v in vars(self).items()
            if k not in ("experiment", "difference", "predicted")
        }
        nested = {
            k: asdict(v) if (v := getattr(self, k)) else None for k in ("difference", "predicted")
        }
        return dict(json_safe(plain | nested | {"experiment": fields}))


@dataclass(frozen=True)
class Comparison:
    """Arms in the order given, all measured on one dataset; differences and relative costs are to the first of them.

    Where `apart` names fields, arms that differ in one of them are not set against each other: each is beside the first
    that shares them.

    `interval` says how the intervals were made (`t`: Student's, `bootstrap`: bias-corrected and accelerated),
    `correction` how the differences were corrected for their number (`holm`; `bonferroni` with the bootstrap).
    `outcomes` are the runs themselves, in the order of the arms, where they were at hand; a comparison aggregated from
    a store has none.
    """

    metric: str
    dataset: str
    fingerprint: str
    arms: tuple[ArmSummary, ...]
    outcomes: tuple[Outcome, ...] = ()
    interval: Interval = "t"
    correction: str = "holm"
    confidence: float = CONFIDENCE
    apart: tuple[str, ...] = ()

    def to_json(self, *, profiles: bool = False) -> dict[str, Any]:
        """The object that `compare --json` prints."""
        head = ("metric", "dataset", "fingerprint", "confidence", "interval", "correction", "apart")
        runs = [outcome.to_json(profiles=profiles) for outcome in self.outcomes]
        return {
            "arms": [arm.to_json() for arm in self.arms],
            "runs": runs,
            **{k: getattr(self, k) for k in head},
        }
