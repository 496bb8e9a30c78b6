"""How a measured series stands to its prediction: the ratio at each block, and where chance does not explain it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SIGMAS = 2.0


@dataclass(frozen=True)
class Agreement:
    """`ratio` = measured / predicted at one block. `outside`: |ln ratio| > 2 sd, where sd is the predicted spread of
    ln(q_l / q_0) over seeds; None where theory gives no spread, and then nothing is marked."""

    ratio: float
    outside: bool | None


def agreement(
    name: str,
    measured: Mapping[str, Sequence[float]],
    predicted: Mapping[str, Any],
    spread: str | None = None,
) -> list[Agreement]:
    """One Agreement a block of series `name`, from its log10 twin where both sides have one (so that an explosion past
    float64 still has a ratio); `spread` names the predicted standard deviation of the logarithm."""
    twin = f"log10_{name}"
    if twin in measured and twin in predicted:
        logs = [m - p for m, p in zip(measured[twin], predicted[twin], strict=True)]
        ratios = [10.0**x if x < 300 else math.inf for x in logs]
    else:
        ratios = [divide(m, p) for m, p in zip(measured[name], predicted[name], strict=True)]
    deviations = predicted.get(spread) if spread else None
    if deviations is None:
        return [Agreement(r, None) for r in ratios]
    return [Agreement(r, beyond(r, sd)) for r, sd in zip(ratios, deviations, strict=True)]


def beyond(ratio: float, sd: float) -> bool:
    return not (ratio > 0 and abs(math.log(ratio)) <= SIGMAS * sd + 1e-6)


def divide(measured: float, predicted: float) -> float:
    return measured / predicted if predicted and math.isfinite(predicted) else math.nan
