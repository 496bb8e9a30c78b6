"""Var[w] = 2 / n L^(-1/(m-1)) in all but the last of a branch's m convolutions, 0 in the last.

That is He's standard deviation times L^(-1/(2m-2)); the head starts at 0 too. One step then changes
the function by an amount that does not depend on L. Zhang, Dauphin & Ma 2019, Fixup initialization
(arXiv 1901.09321), Sec. 3; some copies print the exponent without its sign.

Every branch gets a scalar multiplier, 1 at the start, and scalar biases, 0 at the start: one before
each convolution, one before each activation and one after the multiplier. These and the head's bias
learn at a tenth of the rate. Checked against the authors' cifar/models/fixup_resnet_cifar.py (two
convolutions: Var 2 / (n L), He by fan-out, which is the same number here); the rate against copies
of it. Their stem is followed by a bias and ReLU, ours is not.

The published block is f(x + branch), which is `post-add`. m = 1 is refused: the only convolution is
the last one, and L^(-1/(2m-2)) is undefined. Behind a ReLU that ends the branch (`residual`) a last
convolution of zeros would stay zero: torch's ReLU passes no gradient back at exactly 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.nets.schemes import _shortcut
from resweep.nets.sites import Site

if TYPE_CHECKING:
    from resweep.nets.foreign.tree import Tree
    from resweep.nets.network import ResNet

SHORT_OF = "set --block post-add --convs 2, or --scheme skipinit"


def variance(site: Site) -> float:
    """Return the law above: 0 in the branch's last convolution."""
    if site.conv == site.convs - 1:
        return 0.0
    smaller: float = site.blocks ** (-1 / (site.convs - 1))
    return 2.0 / site.fan_in * smaller


def check(experiment: Experiment) -> None:
    """Raise UsageError for one convolution a branch, other forms than `post-add`, other biases."""
    e = experiment
    if e.foreign:
        return
    if e.convs == 1:
        raise UsageError(
            f"scheme 'fixup' scales by L^(-1/(2m-2)), undefined for convs=1: {SHORT_OF}"
        )
    if e.block != "post-add":
        raise UsageError(
            "scheme 'fixup' is made for branches that end in a convolution, with f behind the sum, "
            f"not for block {e.block!r}: {SHORT_OF}"
        )
    if e.conv_bias:
        raise UsageError(
            "conv_bias=true has no place in scheme 'fixup', which has biases of its own: "
            "set --conv-bias false"
        )
    if e.head_init != "lecun":
        raise UsageError(
            f"head_init={e.head_init} has no effect on scheme 'fixup', whose head is 0: "
            "set --head-init lecun"
        )


def extend(net: ResNet, experiment: Experiment) -> None:
    """Give every branch its multiplier and its biases."""
    from resweep.nets.schemes._branches import Biased, become

    _shortcut.learn(net, 1.0)
    for branch in become(net, Biased):
        branch.add_biases()


def finish(net: ResNet) -> None:
    """Set the head to 0."""
    net.head.weight.zero_()


def on_modules(tree: Tree, experiment: Experiment) -> None:
    """Set the head to 0 and the factors of the branches to 1, in a network that was made for it.

    Raises UsageError for norms in the branches, branches of one weight, and branches without a
    factor.
    """
    if any(site.convs < 2 for site in tree.sites.values()):
        raise UsageError(
            "scheme 'fixup' scales by L^(-1/(2m-2)), undefined for a branch of one weight: "
            "set --scheme skipinit"
        )
    if tree.normalized:
        raise UsageError(
            "scheme 'fixup' takes the place of normalization, and the network normalizes: "
            "set --scheme zero-gamma, or leave the norms out"
        )
    tree.set_multipliers(1.0, "fixup")
    for part in tree.matrices[tree.head].parts if tree.head else ():
        part.zero_()


def lr_factor(parameter_name: str, experiment: Experiment) -> float:
    """Return 0.1 for biases and multipliers."""
    scalar = "bias" in parameter_name or parameter_name.endswith("scale")
    return 0.1 if scalar else 1.0
