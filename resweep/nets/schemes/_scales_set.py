"""Refusing scales that a scheme would undo, so that one physical setting has one key."""

from resweep.errors import UsageError
from resweep.experiment import Experiment


def refuse(experiment: Experiment, because: str, instead: str) -> None:
    """Raise UsageError if `multiplier` or `effective_fan_in` is set, each of which is a scale.

    `because` completes the sentence "has no effect on scheme ..., "; `instead` is a scheme that
    obeys both fields.
    """
    e = experiment
    scales = {
        "multiplier": f"{e.multiplier:g}",
        "effective_fan_in": str(e.effective_fan_in).lower(),
    }
    for name, value in scales.items():
        if getattr(e, name) != type(e).model_fields[name].default:
            raise UsageError(
                f"{name}={value} has no effect on scheme {e.scheme!r}, {because}: "
                f"drop it, or set --scheme {instead}"
            )
