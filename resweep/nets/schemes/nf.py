"""z + alpha g F(z / beta_l): normalizer-free branches of unit variance, beta_l^2 = 1 + alpha^2 l.

Brock, De & Smith 2021, Characterizing signal propagation to close the performance gap in
unnormalized ResNets (arXiv 2101.08692), Sec. 3 and 4, with alpha = 0.2. Block and constants were
checked against two ports of their nf_resnet.py and base.py, whose gamma for ReLU, 1.71396, comes
from a sample; the formula gives 1.71286. The scheme adds to each branch

    W^ = G (W - mean W) / (std W sqrt(n))    scaled weight standardization, for each output
    gamma f                                  gamma = 1 / sqrt(Var f(u)), u ~ N(0, 1)
    alpha g                                  at the branch's end; g learnable, 0 at the start

with gamma = sqrt(2 / (1 - 1/pi)) for ReLU and gains G, one an output, learnable and 1 at the start.
Rows of W^ sum to zero, so that a mean which all inputs share goes no further: Var z grows by (alpha
g)^2 a block, and the mean of ReLU does not add up. Without transition blocks beta counts from the
stem, whose output it takes to have variance 1. Biases are left out: convolutions here have none.

`preact` is the published order (f, conv, ...). There beta divides gamma f(z), as in their code, and
not z, as in the paper: the same for f(s u) = s f(u), while for other f branches have unit variance
in front of the first block only. In `residual` (conv, f) beta divides the first convolution. The
drawn scale of W, 1 / n, cancels in the forward pass and only changes the size of the gradients, as
under batch normalization, so that `multiplier` and `effective_fan_in` are refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.nets import gaussian
from resweep.nets.schemes import _scales_set, _shortcut
from resweep.nets.sites import Site

if TYPE_CHECKING:
    from resweep.nets.network import ResNet

ALPHA = 0.2
BLOCKS = ("residual", "preact")


def variance(site: Site) -> float:
    """Return 1 / n."""
    return 1.0 / site.fan_in


def scale(site: Site) -> float:
    """Return 0."""
    return 0.0


def _beta(block: int) -> float:
    """Return the standard deviation of z_l in front of block l = 0..L-1, every branch at g = 1."""
    return float(np.sqrt(1 + ALPHA**2 * block))


def _gamma(activation: str) -> float:
    """Return 1 / sqrt(Var f(u)) for u ~ N(0, 1)."""
    mean, second = gaussian.activated(activation, np.ones(1))
    return float((second - mean**2)[0] ** -0.5)


def check(experiment: Experiment) -> None:
    """Raise UsageError where the factors have no place."""
    e = experiment
    if e.block not in BLOCKS:
        raise UsageError(
            f"scheme 'nf' has no place for its factors in block {e.block!r}: set --block preact"
        )
    _scales_set.refuse(e, "which standardizes every weight", "skipinit")


def extend(net: ResNet, experiment: Experiment) -> None:
    """Turn every branch into a standardized one with its constants."""
    from resweep.nets.schemes._branches import Standardized, become

    _shortcut.learn(net, 0.0)
    for block, branch in enumerate(become(net, Standardized)):
        branch.add_gains()
        branch.alpha, branch.beta, branch.gamma = ALPHA, _beta(block), _gamma(experiment.activation)
