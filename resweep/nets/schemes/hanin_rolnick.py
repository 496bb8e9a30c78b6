"""z + eta F(z) with eta = 1/L, fixed: the branch scales have a sum that stays bounded in depth; He's Var[w] = 2 / n.

Hanin & Rolnick 2018, How to start training: the effect of initialization and architecture (arXiv 1803.01719), the
theorem on residual networks (Theorem 6): the mean length of the activations stays bounded if and only if sum_l eta_l
does, and what depends on eta_l is the sum, not the sum of squares, because ReLU branches have means that add up. Their
abstract was read ("correctly scaling the residual modules", variance 2/fan-in); the theorem's number is quoted from
memory. At step 0 a branch of one ReLU convolution is that of `depth-scaled-squared` with c = 2; gradients are not.
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
    return 1.0 / site.blocks


def extend(net: ResNet, experiment: Experiment) -> None:
    _shortcut.fix(net, experiment)
