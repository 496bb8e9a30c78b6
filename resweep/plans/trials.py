"""The trials of a study and their summary, as records that can be printed without Optuna."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from resweep.outcome import json_safe

Evaluator = Literal["ped-anova", "fanova"]


@dataclass(frozen=True)
class Trial:
    """One trial of a study.

    `state` is Optuna's, in lower case: complete, pruned, fail, running or waiting. `status` is the
    status of the trial's run, empty while there is none. `value` is the number that the sampler was
    given, `params` are the fields that it drew, `key` is the key of the run. `feasible` says
    whether all constraints are satisfied.
    """

    number: int
    state: str
    status: str
    value: float | None
    params: dict[str, Any]
    key: str | None
    feasible: bool


@dataclass(frozen=True)
class Summary:
    """What a study has found so far.

    `states` and `statuses` count the trials. `best` is the best complete trial that satisfies the
    constraints, None if there is none. `importance` is the share of each searched field in the
    variation of the value, by the method `evaluator`: the shares sum to 1, and there are none
    before two trials are complete.
    """

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
        """Return the summary as `study --json` prints it, with JSON-safe numbers."""
        safe: dict[str, Any] = json_safe(asdict(self))
        return safe
