"""What the sensitivity of an initialization is made of: frozen records, computed once, drawn anywhere."""

from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from resweep.experiment import Experiment
from resweep.outcome import json_safe


class _Told:
    def to_json(self) -> dict[str, Any]:
        """Every field, `experiment` without its seed; non-finite numbers as words."""
        found: dict[str, Any] = json_safe(_plain(self))
        return found


def _plain(value: Any) -> Any:
    if isinstance(value, Experiment):
        return value.model_dump(exclude={"seed"})
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    return [_plain(v) for v in value] if isinstance(value, tuple) else value


@dataclass(frozen=True)
class Slope(_Told):
    """Least squares of log10 `metric` on log10 of an axis: how many decades the metric moves for one of the axis.

    `stderr` is the slope's standard error and `ci_low`, `ci_high` its 95% Student interval (None for fewer than 3
    points); `r2` the share of variance explained, None where there is none to explain. `n` counts the points;
    `left_out` the runs whose metric is 0 or not finite, which have no logarithm to fit.
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
class Window(_Told):
    """The contiguous range of an axis in which runs end `ok`.

    `low`, `high`: its edges, each the geometric mean of the last ok value and its neighbour that is not; where the
    measured range ends before the window does, the last value itself, and `low_open` or `high_open` is true: then
    `decades` = log10(high / low) is a lower bound. `trained` tells a window of trained runs from one of probes alone,
    where ok only means finite.
    """

    low: float
    high: float
    decades: float
    low_open: bool
    high_open: bool
    trained: bool


@dataclass(frozen=True)
class Point(_Told):
    """All runs of one arm at one value of the axis: counts of statuses and the medians of log10."""

    value: float
    n: int
    statuses: dict[str, int]
    ok: bool
    log10_forward_growth: float | None
    log10_backward_growth: float | None
    log10_grad_norm_ratio: float | None


@dataclass(frozen=True)
class Sensitivity(_Told):
    """One arm along one axis (`multiplier` or `c`), everything else but the seed held fixed.

    `points` in ascending order of the axis; `slopes` of `forward_growth`, `backward_growth`, `grad_norm_ratio` where
    they could be fitted; `window` None where no value of the axis was ok.
    """

    arm: str
    experiment: Experiment
    fingerprint: str
    axis: str
    points: tuple[Point, ...]
    slopes: tuple[Slope, ...]
    window: Window | None


@dataclass(frozen=True)
class Law(_Told):
    """One fit of log10 growth against depth: log10 g(L) = a + b f(L).

    `name` and f: `constant` (0), `power` (log10 L), `exp-root` (√L), `exponential` (L). `rate` is b; `r2` its goodness,
    `aicc` Akaike's corrected criterion (smaller is better) and `delta` its distance from the best law's.
    """

    name: str
    intercept: float
    rate: float
    rate_stderr: float | None
    r2: float | None
    aicc: float | None
    delta: float | None


@dataclass(frozen=True)
class DepthLaw(_Told):
    """How a metric of one arm grows over depth, everything but `blocks` and the seed held fixed.

    `depths` and `log10` are the measured (L, log10 value) pairs, one a run; `laws` all fits, best first; `clear`: the
    second best is more than 2 worse by AICc, so that the data tell them apart.
    """

    arm: str
    experiment: Experiment
    fingerprint: str
    metric: str
    depths: tuple[int, ...]
    log10: tuple[float, ...]
    laws: tuple[Law, ...]
    clear: bool

    @property
    def best(self) -> Law:
        return self.laws[0]


@dataclass(frozen=True)
class Critical(_Told):
    """The largest trainable value of an axis at each depth: `edges` (L, value, whether the range ended there first).

    `slope` of log10 value against log10 L over the edges that are not open; None for fewer than 2 of them.
    """

    arm: str
    experiment: Experiment
    fingerprint: str
    axis: str
    edges: tuple[tuple[int, float, bool], ...]
    slope: Slope | None


@dataclass(frozen=True)
class GridCell(_Told):
    """The runs at one (row, column): how many, how many of each status, and the mean of the metric over those that have
    it (None for none)."""

    n: int
    statuses: dict[str, int]
    mean: float | None


@dataclass(frozen=True)
class Grid(_Told):
    """A heat map: `metric` of one arm over two fields, everything else but the seed held fixed.

    `cells[i][j]` belongs to `row_values[i]` and `column_values[j]`, both ascending; None where nothing was run.
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
class Survey(_Told):
    """Everything that the runs of one dataset say about sensitivity."""

    dataset: str
    fingerprint: str
    sensitivities: tuple[Sensitivity, ...]
    depth_laws: tuple[DepthLaw, ...]
    criticals: tuple[Critical, ...]
    grids: tuple[Grid, ...]
