"""What a study has found, as records that need no Optuna to be printed."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from resweep.outcome import json_safe

Evaluator = Literal["ped-anova", "fanova"]


@dataclass(frozen=True)
class Trial:
    """One trial: its number, state and the status of its run, the value told, the fields drawn, the key of its run."""

    number: int
    state: str
    status: str
    value: float | None
    params: dict[str, Any]
    key: str | None
    feasible: bool


@dataclass(frozen=True)
class Summary:
    """`importance` sums to 1 and is empty below two complete trials; `best` is feasible and complete, or None."""

    name: str
    metric: str
    direction: str
    definition: dict[str, Any]
    states: dict[str, int]
    statuses: dict[str, int]
    best: Trial | None
    importance: dict[str, float]
    evaluator: Evaluator
    trials: tuple[Trial, ...]

    def to_json(self) -> dict[str, Any]:
        safe: dict[str, Any] = json_safe(asdict(self))
        return safe
