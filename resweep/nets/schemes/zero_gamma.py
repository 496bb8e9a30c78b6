"""gamma = 0 in the last batch normalization of every branch: blocks start as identities; He's Var[w] = 2 / n.

Goyal et al. 2017, Accurate, large minibatch SGD (arXiv 1706.02677), Sec. 5.1, whose branch ends in BN, with ReLU after
the addition: gamma = 0 then leaves gamma itself a gradient. Where an activation follows the last BN inside the branch
(`residual-bn`, `preact-bn`) it sees u = 0 everywhere, and ReLU, whose derivative torch takes as 0 there, passes nothing
back: not to gamma, not to beta, not to the weights, at no step. That is refused, as are forms without BN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from resweep import registry
from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.nets.schemes import _shortcut
from resweep.nets.sites import Site
from resweep.scheme_pages import BLOCKS

if TYPE_CHECKING:
    from resweep.nets.network import ResNet

ACTIVATED = ("residual-bn", "preact-bn")


def variance(site: Site) -> float:
    return 2.0 / site.fan_in


def scale(site: Site) -> float:
    return 0.0


def check(experiment: Experiment) -> None:
    e = experiment
    if not registry.load(BLOCKS, e.block).NORMALIZED:
        raise UsageError(
            f"scheme 'zero-gamma' sets the gamma of batch normalization, and block {e.block!r} has none: "
            "set --block residual-bn --activation gelu, or --scheme skipinit"
        )
    if e.block in ACTIVATED and e.activation == "relu":
        raise UsageError(
            f"scheme 'zero-gamma' on block {e.block!r} puts ReLU at exactly 0, where no gradient ever returns: "
            "set --activation gelu, or --scheme skipinit"
        )


def extend(net: ResNet, experiment: Experiment) -> None:
    from torch import nn

    for branch in _shortcut.branches(net):
        nn.init.zeros_(branch.norms[-1].get_parameter("weight"))
