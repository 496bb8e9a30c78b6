"""z + alpha F(z), alpha a learnable scalar a branch, 0 at the start: every block is the identity; He's Var[w] = 2 / n.

De & Smith 2020, Batch normalization biases residual blocks towards the identity function in deep networks (arXiv
2002.10444): alpha = 0, or a value up to 1/sqrt(L), in the place of normalization; both checked in summaries of the
paper. Their convolutions also carry biases; ours have none. At step 0 the weights of the branches have no gradient,
alpha has: after one step they follow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from resweep.experiment import Experiment
from resweep.nets.schemes import _shortcut
from resweep.nets.sites import Site

if TYPE_CHECKING:
    from resweep.nets.network import ResNet

check = _shortcut.need


def variance(site: Site) -> float:
    return 2.0 / site.fan_in


def scale(site: Site) -> float:
    return 0.0


def extend(net: ResNet, experiment: Experiment) -> None:
    _shortcut.learn(net, 0.0)
