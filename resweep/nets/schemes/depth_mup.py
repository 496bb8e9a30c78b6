"""z + MS(F(z)) / sqrt(L), MS(y) = y - mean of y over the channels; Var[w] = 1 / n; Adam at eta / sqrt(L), SGD at eta.

Yang, Yu, Zhu & Hayou 2023, Tensor Programs VI (arXiv 2310.02244): Table 1 (branch a/sqrt(L), learning rate eta for SGD,
eta/sqrt(L) for Adam), Sec. 6.3 (z' = L^-alpha MS(f(Wz)) + z, MS(y) = (I - 11^T/n) y, W ~ N(0, 1/n)) and Claim 7.2
(alpha + gamma = 1), read and checked; a = 1. Here MS acts on each pixel's C channels, and the rate of the branches'
convolutions is scaled, those of stem and head are not. muP's own rules in the width are left out: it is fixed.

MS takes away what makes ReLU branches grow: the mean that adds up over blocks. Predictions do not know of it and keep
the mean; measured growth is (1 + (1/2 - 1/(2 pi)) / L)^L ~ 1.41 for wide ReLU networks without padding. For two and
more convolutions a branch the paper proves that no such limit is ideal.
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
    return 1.0 / site.fan_in


def scale(site: Site) -> float:
    return 1.0 / math.sqrt(site.blocks)


def extend(net: ResNet, experiment: Experiment) -> None:
    from resweep.nets.schemes._branches import MeanSubtracted, become

    _shortcut.fix(net, experiment)
    become(net, MeanSubtracted)


def lr_factor(parameter_name: str, experiment: Experiment) -> float:
    adaptive = experiment.optimizer != "sgd" and parameter_name.startswith("branches.")
    return 1.0 / math.sqrt(experiment.blocks) if adaptive else 1.0
