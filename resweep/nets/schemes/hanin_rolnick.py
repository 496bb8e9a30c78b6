"""z + F(z) / L, fixed: the sum of the branch scales stays bounded in depth; He's Var[w] = 2 / n.

Hanin & Rolnick 2018, How to start training: the effect of initialization and architecture (arXiv
1803.01719), the theorem on residual networks (Theorem 6): the mean length of the activations stays
bounded if and only if sum_l eta_l does. It is the sum of the scales eta_l, not the sum of their
squares, because ReLU branches have means that add up. The abstract was read ("correctly scaling the
residual modules", variance 2/fan-in); the theorem's number is quoted from memory.

At step 0 a branch of one ReLU convolution is that of `depth-scaled-squared` with c = 2; its
gradients are not.
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
    """Return 2 / n."""
    return 2.0 / site.fan_in


def scale(site: Site) -> float:
    """Return 1/L."""
    return 1.0 / site.blocks


def extend(net: ResNet, experiment: Experiment) -> None:
    """Multiply every branch by the fixed factor."""
    _shortcut.fix(net, experiment)
