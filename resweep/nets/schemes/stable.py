"""z + F(z) / sqrt(L), fixed: growth (1 + a/L)^L -> e^a for a linear branch; He's Var[w] = 2 / n.

Hayou et al. 2021, Stable ResNet (arXiv 2010.12859): uniform scaling lambda_l = 1/sqrt(L), one
choice of the general condition sum_l lambda_l^2 < infinity. The factor was checked in what later
papers say of it; the text itself was not at hand. The paper's ReLU comes first in the branch
(`--block preact`: (1 + 1/L)^L -> e). Behind the convolution its means add up as sum_l lambda_l ~
sqrt(L), and the growth is again unbounded.

With one convolution a branch it is at step 0 the same function as `depth-scaled` with c = 2. The
gradients of the weights are smaller by sqrt(L), and so is the effect of a step of Adam.
"""

from __future__ import annotations

import math
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
    """Return 1/sqrt(L)."""
    return 1.0 / math.sqrt(site.blocks)


def extend(net: ResNet, experiment: Experiment) -> None:
    """Multiply every branch by the fixed factor."""
    _shortcut.fix(net, experiment)
