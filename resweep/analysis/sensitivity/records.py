"""The results of a sensitivity analysis: frozen records, computed once and drawn anywhere."""

from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from resweep.experiment import Experiment
from resweep.outcome import json_safe


class _Record:
    def to_json(self) -> dict[str, Any]:
        """Every field, `experiment` without its seed; infinities and nan as strings."""
        return dict(json_safe(_plain(self)))


def _plain(value: Any) -> Any:
    if isinstance(value, Experiment):
        return value.model_dump(exclude={"seed"})
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


@dataclass(frozen=True)
class Slope(_Record):
    """Least squares of log10 `metric` on log10 of an axis.

    `slope` says by how many decades the metric changes for one decade of the axis. `stderr` is its
    standard error and `ci_low`, `ci_high` its 95% Student interval, None for fewer than 3 points.
    `r2` is the share of variance that the line explains, None where the metric is constant. `n`
    counts the points, `left_out` the runs whose metric has no logarithm because it is 0 or not
    finite.
    """

    metric: str
    slope: float
    intercept: float
    stderr: float | None
    ci_low: float | None
    ci_high: float | None
    r2: float | None
    n: int
    left_out: int


@dataclass(frozen=True)
class Window(_Record):
    """The contiguous range of an axis in which runs end `ok`.

    Each of its edges `low` and `high` is the geometric mean of the last ok value and its neighbour
    that is not ok. Where the measured range ends before the window does, the edge is the last value
    itself, `low_open` or `high_open` is true, and `decades` = log10(high / low) is a lower bound.
    `trained` is false for runs of zero epochs, where ok means no more than that nothing diverged.
    """

    low: float
    high: float
    decades: float
    low_open: bool
    high_open: bool
    trained: bool


@dataclass(frozen=True)
class Point(_Record):
    """The runs of one arm at one value of the axis: counts of statuses and medians of log10."""

    value: float
    n: int
    statuses: dict[str, int]
    ok: bool
    log10_forward_growth: float | None
    log10_backward_growth: float | None
    log10_grad_norm_ratio: float | None


@dataclass(frozen=True)
class Sensitivity(_Record):
    """One arm along one axis (`multiplier` or `c`), everything else but the seed held fixed.

    `points` ascend along the axis. `slopes` are those of `forward_growth`, `backward_growth` and
    `grad_norm_ratio` that could be fitted. `window` is None where no value of the axis is ok.
    """

    arm: str
    experiment: Experiment
    fingerprint: str
    axis: str
    points: tuple[Point, ...]
    slopes: tuple[Slope, ...]
    window: Window | None


@dataclass(frozen=True)
class Law(_Record):
    """One fit of log10 growth against depth: log10 g(L) = a + b f(L).

    `name` gives f: `constant` (f = 0), `power` (log10 L), `exp-root` (sqrt L) or `exponential` (L).
    `intercept` is a and `rate` is b. `r2` is the share of variance explained, `aicc` Akaike's
    corrected criterion (smaller is better), `delta` its difference to the best law's.
    """

    name: str
    intercept: float
    rate: float
    rate_stderr: float | None
    r2: float | None
    aicc: float | None
    delta: float | None


@dataclass(frozen=True)
class DepthLaw(_Record):
    """How a metric of one arm grows with depth, everything but `blocks` and the seed held fixed.

    `depths` and `log10` are the measured pairs (L, log10 value), one per run. `laws` are all fits,
    best first. `doubt` says why the best law is not clear; it is empty where the depths span a
    factor of 10, a test finds no misfit of the best law, and the second best is more than 6 worse
    by AICc.
    """

    arm: str
    experiment: Experiment
    fingerprint: str
    metric: str
    depths: tuple[int, ...]
    log10: tuple[float, ...]
    laws: tuple[Law, ...]
    doubt: str

    @property
    def clear(self) -> bool:
        """Whether the data tell the best law from the others."""
        return not self.doubt

    def to_json(self) -> dict[str, Any]:
        """Every field, and whether the law is clear."""
        return super().to_json() | {"clear": self.clear}

    @property
    def best(self) -> Law:
        """The law that describes the data best."""
        return self.laws[0]


@dataclass(frozen=True)
class Critical(_Record):
    """The largest trainable value of an axis at each depth.

    `edges` holds (L, value, whether the measured range ended first). `slope` is that of log10 value
    against log10 L over the edges where it did not; None for fewer than 2 of them.
    """

    arm: str
    experiment: Experiment
    fingerprint: str
    axis: str
    edges: tuple[tuple[int, float, bool], ...]
    slope: Slope | None


@dataclass(frozen=True)
class GridCell(_Record):
    """The runs at one row and column: their number, how many have each status, and the metric.

    `mean` is over the runs that have the metric, None where none has. Where it measures success, a
    failed run counts at chance, as far as it is known what that is.
    """

    n: int
    statuses: dict[str, int]
    mean: float | None


@dataclass(frozen=True)
class Grid(_Record):
    """A heat map: `metric` of one arm over two fields, everything else but the seed held fixed.

    `cells[i][j]` belongs to `row_values[i]` and `column_values[j]`, which both ascend; it is None
    where nothing was run.
    """

    arm: str
    experiment: Experiment
    fingerprint: str
    metric: str
    rows: str
    columns: str
    row_values: tuple[float, ...]
    column_values: tuple[float, ...]
    cells: tuple[tuple[GridCell | None, ...], ...]


@dataclass(frozen=True)
class Survey(_Record):
    """Everything that the runs of one dataset show about sensitivity."""

    dataset: str
    fingerprint: str
    sensitivities: tuple[Sensitivity, ...]
    depth_laws: tuple[DepthLaw, ...]
    criticals: tuple[Critical, ...]
    grids: tuple[Grid, ...]
