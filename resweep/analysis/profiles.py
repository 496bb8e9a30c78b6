"""One run block by block, measured beside predicted: the record that profile figures draw."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from resweep.analysis.typical import typical
from resweep.arms import label
from resweep.outcome import Outcome

LOGARITHMIC = ("forward_second_moment", "forward_variance", "backward_second_moment", "grad_norm")
LINEAR = ("forward_mean", "input_similarity")


@dataclass(frozen=True)
class ProfileSeries:
    """One series over the blocks `first`, `first` + 1, ..., L.

    `first` is 0 where the series starts at the stem's output, and 1 for gradients, which have no
    block 0. With `log10` the values are log10 of what `name` names, so that nothing overflows, and
    zero is -inf. `predicted` covers the same blocks; it is None where theory does not predict this
    series.
    """

    name: str
    first: int
    log10: bool
    measured: tuple[float, ...]
    predicted: tuple[float, ...] | None


@dataclass(frozen=True)
class RunProfile:
    """A run and its series; its curve, metrics and everything else are in `outcome`."""

    arm: str
    outcome: Outcome
    series: tuple[ProfileSeries, ...]


def run_profile(outcome: Outcome, prediction: Mapping[str, Any] | None = None) -> RunProfile:
    """All series that `outcome` has, beside those of `prediction`, the fields of a Prediction.

    Where theory knows medians over seeds, these are what a run is set beside.
    """
    expected = typical(prediction or {})
    present = []
    for name in (*LOGARITHMIC, *LINEAR):
        series = _series(name, outcome, expected)
        if series is not None:
            present.append(series)
    return RunProfile(label(outcome.experiment), outcome, tuple(present))


def _series(name: str, outcome: Outcome, prediction: Mapping[str, Any]) -> ProfileSeries | None:
    logarithmic = name in LOGARITHMIC
    measured = _values(outcome.profiles, name, logarithmic)
    if not measured:
        return None
    predicted = _values(prediction, name, logarithmic)
    first = outcome.experiment.blocks + 1 - len(measured)
    matching = predicted if len(predicted) == len(measured) else None
    return ProfileSeries(name, first, logarithmic, measured, matching)


def _values(
    source: Mapping[str, Sequence[float]], name: str, logarithmic: bool
) -> tuple[float, ...]:
    """The series `name` of `source`, or its log10; empty where there is none.

    The logarithm is read from the series `log10_<name>` where `source` has it, because that series
    continues beyond the range of float64.
    """
    if not logarithmic:
        return tuple(source.get(name) or ())
    logs = source.get(f"log10_{name}")
    if logs is not None:
        return tuple(logs)
    return tuple(_log10(value) for value in source.get(name) or ())


def _log10(value: float) -> float:
    if value > 0:
        return math.log10(value)
    return -math.inf if value == 0 else math.nan
