"""z + MS(F(z)) / sqrt(L), MS(y) = y - channel mean, Var[w] = 1/n; Adam at eta/sqrt(L), SGD at eta.

Yang, Yu, Zhu & Hayou 2023, Tensor Programs VI (arXiv 2310.02244): Table 1 (branch a/sqrt(L);
learning rate eta for SGD, eta/sqrt(L) for Adam), Sec. 6.3 (z' = L^-alpha MS(f(Wz)) + z,
MS(y) = (I - 11^T/n) y, W ~ N(0, 1/n)) and Claim 7.2 (alpha + gamma = 1), read and checked; a = 1
here. MS is the block form `residual-centered`; the scheme adds the factor and the rule for the
learning rate, which holds for the branches' convolutions and not for stem and head. muP's rules in
the width are left out: one experiment has one width.

Wide ReLU networks without padding grow by (1 + (1/2 - 1/(2 pi)) / L)^L -> 1.41, whatever the depth.

Two and more convolutions a branch are refused. For them the paper argues that no limit of this kind
is ideal (Sec. 9), and later work sets branches of two layers apart from those of one, with a factor
1/L (arXiv 2512.21075; Zheng et al. 2026, arXiv 2603.00541, whose abstract was read).
`hanin-rolnick` has that factor.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.nets.schemes import _shortcut
from resweep.nets.sites import Site

if TYPE_CHECKING:
    from resweep.nets.network import ResNet


def variance(site: Site) -> float:
    """Return 1 / n."""
    return 1.0 / site.fan_in


def scale(site: Site) -> float:
    """Return 1/sqrt(L)."""
    return 1.0 / math.sqrt(site.blocks)


def check(experiment: Experiment) -> None:
    """Raise UsageError for branches that keep their mean, and for more than one convolution."""
    e = experiment
    if e.block != "residual-centered":
        raise UsageError(
            "scheme 'depth-mup' needs branches without their mean, "
            f"which block {e.block!r} keeps: set --block residual-centered, or --scheme stable"
        )
    if e.convs > 1:
        raise UsageError(
            "scheme 'depth-mup' scales a branch by 1/sqrt(L), which holds for one convolution; "
            f"convs={e.convs} needs 1/L: set --convs 1, or --scheme hanin-rolnick"
        )


def extend(net: ResNet, experiment: Experiment) -> None:
    """Multiply every branch by the fixed factor."""
    _shortcut.fix(net, experiment)


def lr_factor(parameter_name: str, experiment: Experiment) -> float:
    """Return 1/sqrt(L) for the branches under Adam and AdamW, 1 for everything else."""
    adaptive = experiment.optimizer != "sgd" and parameter_name.startswith("branches.")
    return 1.0 / math.sqrt(experiment.blocks) if adaptive else 1.0
