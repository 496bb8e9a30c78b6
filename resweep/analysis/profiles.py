"""One run block by block, measured beside predicted: the record that profile figures draw."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from resweep.arms import label
from resweep.outcome import Outcome

LOGARITHMIC = ("forward_second_moment", "forward_variance", "backward_second_moment", "grad_norm")
LINEAR = ("forward_mean", "input_similarity")


@dataclass(frozen=True)
class ProfileSeries:
    """One series over blocks `first`, `first` + 1, ..., L (`first` 0: the stem's output; 1: gradients have no block 0).

    `log10`: the values are log10 of what `name` says, so that nothing overflows; 0 is then -inf. `predicted` has the
    same blocks, None where theory says nothing of this series.
    """

    name: str
    first: int
    log10: bool
    measured: tuple[float, ...]
    predicted: tuple[float, ...] | None


@dataclass(frozen=True)
class RunProfile:
    """A run and its series; curve, metrics and everything else are in `outcome`."""

    arm: str
    outcome: Outcome
    series: tuple[ProfileSeries, ...]


def run_profile(outcome: Outcome, prediction: Mapping[str, Any] | None = None) -> RunProfile:
    """The series of `outcome` that it has, beside those of `prediction` (the fields of a theory's Prediction)."""
    found = (_series(name, outcome, prediction or {}) for name in (*LOGARITHMIC, *LINEAR))
    return RunProfile(label(outcome.experiment), outcome, tuple(s for s in found if s))


def _series(name: str, outcome: Outcome, prediction: Mapping[str, Any]) -> ProfileSeries | None:
    log = name in LOGARITHMIC
    measured, predicted = _values(outcome.profiles, name, log), _values(prediction, name, log)
    if not measured:
        return None
    same = predicted if len(predicted) == len(measured) else None
    return ProfileSeries(name, outcome.experiment.blocks + 1 - len(measured), log, measured, same)


def _values(source: Mapping[str, Sequence[float]], name: str, log: bool) -> tuple[float, ...]:
    """The series, or its logarithm: from its log10 twin where it has one, which a double's range does not end."""
    if log and (twin := source.get(f"log10_{name}")) is not None:
        return tuple(twin)
    values = tuple(source.get(name) or ())
    return (
        tuple(math.log10(v) if v > 0 else -math.inf if v == 0 else math.nan for v in values)
        if log
        else values
    )
