"""gamma = 0 in a branch's last batch normalization: blocks start as identities; Var[w] = 2 / n.

Goyal et al. 2017, Accurate, large minibatch SGD (arXiv 1706.02677), Sec. 5.1. Their branch ends in
BN, with ReLU after the addition: gamma = 0 then leaves gamma itself a gradient. Where an activation
follows the last BN inside the branch (`residual-bn`, `preact-bn`) it sees u = 0 everywhere. ReLU,
whose derivative torch takes as 0 there, passes nothing back, at no step: not to gamma, not to beta,
not to the weights. That is refused, and so are forms without BN.
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
    from resweep.nets.foreign.tree import Tree
    from resweep.nets.network import ResNet

ACTIVATED = ("residual-bn", "preact-bn")


def variance(site: Site) -> float:
    """Return 2 / n."""
    return 2.0 / site.fan_in


def scale(site: Site) -> float:
    """Return 0."""
    return 0.0


def check(experiment: Experiment) -> None:
    """Raise UsageError for a form without BN, and for ReLU behind the last BN."""
    e = experiment
    if e.foreign:
        return
    if not registry.load(BLOCKS, e.block).NORMALIZED:
        raise UsageError(
            "scheme 'zero-gamma' sets the gamma of batch normalization, "
            f"and block {e.block!r} has none: "
            "set --block residual-bn --activation gelu, or --scheme skipinit"
        )
    if e.block in ACTIVATED and e.activation == "relu":
        raise UsageError(
            f"scheme 'zero-gamma' on block {e.block!r} puts ReLU at exactly 0, "
            "where no gradient ever returns: set --activation gelu, or --scheme skipinit"
        )


def extend(net: ResNet, experiment: Experiment) -> None:
    """Set gamma to 0 in the last normalization of every branch."""
    from torch import nn

    for branch in _shortcut.branches(net):
        nn.init.zeros_(branch.norms[-1].get_parameter("weight"))


def on_modules(tree: Tree, experiment: Experiment) -> None:
    """Set the weight of the norm that ends each branch to 0."""
    tree.zero_last_norms("zero-gamma")
