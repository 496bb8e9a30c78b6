"""A measured series beside its prediction: ratios, and marks that chance does not explain."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SIGMAS = 2.0
LARGEST_LOG10 = 300.0  # a ratio beyond 10^300 is reported as infinite
SLACK = 1e-6  # in ln: two deviations reached up to rounding are not exceeded


@dataclass(frozen=True)
class Agreement:
    """Measured beside predicted at one block.

    `ratio` is measured / predicted. `outside` is true where |ln ratio| > 2 sd, with sd the
    predicted standard deviation of ln(q_l / q_0) over seeds. It is None where theory gives no
    spread, and then nothing is marked.
    """

    ratio: float
    outside: bool | None


def agreement(
    name: str,
    measured: Mapping[str, Sequence[float]],
    predicted: Mapping[str, Any],
    spread: str | None = None,
) -> list[Agreement]:
    """Compare the series `name` in `measured` with the one in `predicted`, one Agreement per block.

    Where both sides hold the series `log10_<name>` as well, the ratio is taken from the
    logarithms, so that growth beyond the range of float64 still has a ratio. `spread` names the
    series in `predicted` that holds the standard deviation of the logarithm over seeds.
    """
    ratios = _ratios(name, measured, predicted)
    deviations = predicted.get(spread) if spread else None
    if deviations is None:
        return [Agreement(ratio, None) for ratio in ratios]
    pairs = zip(ratios, deviations, strict=True)
    return [Agreement(ratio, beyond(ratio, sd)) for ratio, sd in pairs]


def beyond(ratio: float, sd: float) -> bool:
    """Whether |ln `ratio`| exceeds two standard deviations `sd`; true also for a ratio of nan."""
    return not (ratio > 0 and abs(math.log(ratio)) <= SIGMAS * sd + SLACK)


def ratio_of_logs(distance: float) -> float:
    """10^`distance`, infinite beyond 10^300; `distance` is log10 measured - log10 predicted."""
    return 10.0**distance if distance < LARGEST_LOG10 else math.inf


def _ratios(
    name: str, measured: Mapping[str, Sequence[float]], predicted: Mapping[str, Any]
) -> list[float]:
    logs = f"log10_{name}"
    if logs in measured and logs in predicted:
        pairs = zip(measured[logs], predicted[logs], strict=True)
        return [ratio_of_logs(m - p) for m, p in pairs]
    pairs = zip(measured[name], predicted[name], strict=True)
    return [_divide(m, p) for m, p in pairs]


def _divide(measured: float, predicted: float) -> float:
    if predicted == 0 or not math.isfinite(predicted):
        return math.nan
    return measured / predicted
