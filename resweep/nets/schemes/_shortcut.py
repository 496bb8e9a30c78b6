"""What several schemes share where the branch meets the shortcut, z + s F(z)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from resweep.errors import UsageError
from resweep.experiment import Experiment

if TYPE_CHECKING:
    from resweep.nets.network import Branch, ResNet


def need(experiment: Experiment) -> None:
    """Raises UsageError for the one block form without a shortcut."""
    if experiment.block == "plain":
        raise UsageError(
            f"scheme {experiment.scheme!r} scales what is added to the shortcut, and block 'plain' has none: "
            "set --block residual"
        )


def branches(net: ResNet) -> list[Branch]:
    """The net's branches, under their own type."""
    return cast("list[Branch]", list(net.branches))


def fix(net: ResNet, experiment: Experiment) -> None:
    """s = `scale(site)` in every branch, the same number for ever."""
    from resweep.nets.schemes import branch_scale

    for block, branch in enumerate(branches(net)):
        branch.scale = branch_scale(experiment, block)


def learn(net: ResNet, start: float) -> None:
    """s a learnable scalar in every branch, at `start`."""
    import torch

    for branch in branches(net):
        branch.scale = torch.nn.Parameter(torch.tensor(start))
