"""The weights that a network draws itself, times sqrt(multiplier) in its branches; no rule of ours.

For networks that are named by `--network`: what their authors initialize them with. The built-in
network has no draws of its own, and `torch-default` is what torch's layers would give it.
"""

from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.nets.schemes.torch_default import variance

__all__ = ["check", "variance"]


def check(experiment: Experiment) -> None:
    """Raise UsageError for the built-in network, and for a distribution that nothing draws from."""
    if not experiment.foreign:
        raise UsageError(
            "scheme 'own' keeps what a network draws itself, and the built-in one draws nothing: "
            "set --scheme torch-default, or name a --network"
        )
    if experiment.distribution != "normal":
        raise UsageError(
            f"distribution={experiment.distribution} has no effect on scheme 'own', which draws "
            "nothing: drop it, or set --scheme he"
        )
