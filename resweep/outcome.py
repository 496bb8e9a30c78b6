"""What a finished experiment leaves behind: floats, tuples and strings, ready to store, send or print."""

import math
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple

from resweep.experiment import Experiment

Status = Literal["ok", "exploded", "vanished", "trapped", "error"]
STATUSES: tuple[Status, ...] = ("ok", "exploded", "vanished", "trapped", "error")


class Progress(NamedTuple):
    """Where a run stands: `done` of `total` images of the stage `train` or `test`; the loss of the last step."""

    stage: str
    epoch: int
    done: int
    total: int
    loss: float


@dataclass(frozen=True)
class Epoch:
    """One point of the learning curve; losses are mean cross-entropies in nats, accuracy is a fraction."""

    epoch: int
    train_loss: float
    test_loss: float
    test_accuracy: float
    seconds: float


@dataclass(frozen=True)
class Outcome:
    """An experiment, its status, and everything measured of it.

    `metrics` are scalars by name, `profiles` are per-block series (L or L+1 values, index 0 the stem's output),
    `provenance` says where and with what it was measured (device, versions, dataset fingerprint, start).
    `detail` says in words where a network exploded, or carries the text of an error. Divergence is data: infinities are
    kept; only status `error` is a failure.
    """

    experiment: Experiment
    status: Status
    metrics: dict[str, float] = field(default_factory=dict)
    profiles: dict[str, tuple[float, ...]] = field(default_factory=dict)
    curve: tuple[Epoch, ...] = ()
    provenance: dict[str, Any] = field(default_factory=dict)
    detail: str = ""

    @property
    def fingerprint(self) -> str:
        """Fingerprint of the data it was measured on; results of different data never share an average."""
        return str(self.provenance["dataset_fingerprint"])

    def to_json(self, *, profiles: bool = True) -> dict[str, Any]:
        """The run object of the interface (without `prediction`), every number JSON-safe."""
        return {
            "key": self.experiment.key,
            "status": self.status,
            "detail": self.detail,
            "experiment": self.experiment.model_dump(),
            "metrics": json_safe(self.metrics),
            **({"profiles": json_safe(self.profiles)} if profiles else {}),
            "curve": json_safe([asdict(e) for e in self.curve]),
            "provenance": json_safe(self.provenance),
        }


def json_safe(value: Any) -> Any:
    """`value` with every non-finite float as "inf", "-inf" or "nan", so that each printed line is valid JSON."""
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if isinstance(value, dict):
        return {k: json_safe(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_safe(v) for v in value]
    return value
