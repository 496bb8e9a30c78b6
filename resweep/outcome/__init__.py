"""Outcome: what a finished experiment leaves behind.

It consists of floats, tuples and strings only, ready to be stored, printed, or sent between
processes.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any, NamedTuple

from resweep.experiment import Experiment
from resweep.outcome import facts, html
from resweep.outcome.facts import STATUSES, Facts, Status

__all__ = [
    "STATUSES",
    "Epoch",
    "Outcome",
    "Progress",
    "Status",
    "json_safe",
    "succeeded",
    "successes",
]

SHOWN = (  # in a notebook
    "final_accuracy",
    "test_loss",
    "initial_loss",
    "forward_growth",
    "backward_growth",
    "grad_norm_ratio",
    "seconds",
)
SERIES = {
    "forward_second_moment": "E[z²]",
    "backward_second_moment": "E[δ²]",
    "grad_norm": "‖∂E/∂W‖",
}


def succeeded(status: str) -> bool | None:
    """Whether a run of this status did what was asked of it.

    A run that was trained must have learned, one of zero epochs must have stayed finite. None is
    undecided: the training does not allow to say (`undecided`), the run says nothing about its
    network (`error`), or the word is that of another version of resweep.
    """
    if status in ("undecided", "error") or status not in STATUSES:
        return None
    return status == "ok"


def successes(statuses: Mapping[str, int]) -> int:
    """How many runs succeeded, from the number of runs that have each status."""
    return statuses.get("ok", 0)  # the one status of which `succeeded` is true


class Progress(NamedTuple):
    """How far a run has come: `done` of `total` images of the stage `train` or `test` of an epoch.

    `loss` is the cross-entropy of the last step, in nats.
    """

    stage: str
    epoch: int
    done: int
    total: int
    loss: float


@dataclass(frozen=True)
class Epoch:
    """One point of the learning curve.

    Losses are mean cross-entropies in nats, the accuracy is a fraction between 0 and 1. `seconds`
    are those of the whole epoch with its test, `train_seconds` those of its training steps alone,
    nan in runs of earlier versions.
    """

    epoch: int
    train_loss: float
    test_loss: float
    test_accuracy: float
    seconds: float
    train_seconds: float = math.nan


@dataclass(frozen=True)
class Outcome:
    """An experiment, the status it ended with, and everything that was measured.

    `metrics` are scalars by name. `profiles` are series over the blocks, with L or L + 1 values;
    index 0 of L + 1 is the output of the stem. `provenance` says where and with what the run was
    measured: device, versions, fingerprint of the images, time of the start. `detail` says in words
    where a network exploded, or holds the text of an error.

    Divergence is data: infinite values are kept, and only the status `error` is a failure.
    """

    experiment: Experiment
    status: Status
    metrics: dict[str, float] = field(default_factory=dict)
    profiles: dict[str, tuple[float, ...]] = field(default_factory=dict)
    curve: tuple[Epoch, ...] = ()
    provenance: dict[str, Any] = field(default_factory=dict)
    detail: str = ""

    @property
    def succeeded(self) -> bool | None:
        """Whether the run did what was asked of it (see the function `succeeded`)."""
        return succeeded(self.status)

    @property
    def facts(self) -> Facts | None:
        """What became of the run, fact by fact; None where its status says nothing of a network."""
        return facts.of_run(self.experiment, self.status, self.metrics, self.detail)

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the images it was measured on; runs on different images are never
        averaged.
        """
        return str(self.provenance["dataset_fingerprint"])

    def _repr_html_(self) -> str:
        """The setting, the status and what was measured, for a notebook."""
        changed = self.experiment.model_dump(exclude_defaults=True)
        setting = ", ".join(f"{name}={value}" for name, value in changed.items())
        why = f": {self.detail}" if self.detail else ""
        head = f"<b>{escape(self.status)}</b>{escape(why)}<br><code>{escape(setting)}</code>"
        scalars = [
            (name, html.number(self.metrics[name])) for name in SHOWN if name in self.metrics
        ]
        series = [(title, self.profiles[n]) for n, title in SERIES.items() if n in self.profiles]
        blocks = range(self.experiment.blocks + 1)
        profile = html.over_blocks([str(block) for block in blocks], series) if series else ""
        return head + html.table(("metric", "value"), scalars) + profile

    def to_json(self, *, profiles: bool = True) -> dict[str, Any]:
        """Return the run as `show --json` prints it, except for its prediction; all numbers are
        JSON-safe.

        `profiles=False` leaves the series over the blocks out.
        """
        document = {
            "key": self.experiment.key,
            "status": self.status,
            "detail": self.detail,
            "facts": self.facts.to_json() if self.facts else None,
            "experiment": self.experiment.model_dump(),
            "metrics": json_safe(self.metrics),
        }
        if profiles:
            document["profiles"] = json_safe(self.profiles)
        document["curve"] = json_safe([asdict(epoch) for epoch in self.curve])
        document["provenance"] = json_safe(self.provenance)
        return document


def json_safe(value: Any) -> Any:
    """Return `value` with every float that is not finite replaced by the text "inf", "-inf" or
    "nan".

    JSON has no such numbers. Dictionaries, lists and tuples are copied with their contents; tuples
    become lists.
    """
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {k: json_safe(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_safe(v) for v in value]
    return value
