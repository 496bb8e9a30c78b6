"""What several schemes share where the branch meets the shortcut, z + s F(z)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from resweep.errors import UsageError
from resweep.experiment import Experiment

if TYPE_CHECKING:
    from resweep.nets.network import Branch, ResNet


def need(experiment: Experiment) -> None:
    """Raise UsageError for the one block form without a shortcut."""
    if experiment.block == "plain":
        raise UsageError(
            f"scheme {experiment.scheme!r} scales what is added to the shortcut, "
            "and block 'plain' has none: set --block residual"
        )


def branches(net: ResNet) -> list[Branch]:
    """Return the net's branches, under their own type."""
    return cast("list[Branch]", list(net.branches))


def fix(net: ResNet, experiment: Experiment) -> None:
    """Multiply every branch by `scale(site)` of its scheme, a constant that is never trained."""
    from resweep.nets.schemes import branch_scale

    for block, branch in enumerate(branches(net)):
        branch.scale = branch_scale(experiment, block)


def learn(net: ResNet, start: float) -> None:
    """Multiply every branch by a learnable scalar of its own that is `start` at the start."""
    import torch

    for branch in branches(net):
        branch.scale = torch.nn.Parameter(torch.tensor(start))
