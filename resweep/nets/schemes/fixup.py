"""Var[w] = 2 / n L^(-1/(m-1)) in all but the last of a branch's m convolutions, 0 in the last and in the head.

That is He's standard deviation times L^(-1/(2m-2)): one step then changes the function by an amount independent of L.
Zhang, Dauphin & Ma 2019, Fixup initialization (arXiv 1901.09321), Sec. 3; some copies print the exponent without its
sign. It adds to every branch a scalar multiplier, 1, a scalar bias, 0, before each convolution and each activation and
one after the multiplier; all of these and the head's bias learn at a tenth of the rate. Checked against the authors'
cifar/models/fixup_resnet_cifar.py (two convolutions: Var 2 / (n L), He by fan-out, the same number here); the rate
against its copies. Their stem is followed by a bias and ReLU, ours is not.

The published block is f(x + branch), which is `post-add`. m = 1 is refused: the only convolution is the last one, and
L^(-1/(2m-2)) is undefined. Behind a ReLU that ends the branch (`residual`) a last convolution of zeros would stay zero:
torch's ReLU passes no gradient back at exactly 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.nets.sites import Site

if TYPE_CHECKING:
    from resweep.nets.network import ResNet

SHORT_OF = "set --block post-add --convs 2, or --scheme skipinit"


def variance(site: Site) -> float:
    if site.conv == site.convs - 1:
        return 0.0
    return 2.0 / site.fan_in * site.blocks ** (-1 / (site.convs - 1))


def check(experiment: Experiment) -> None:
    e = experiment
    if e.convs == 1:
        raise UsageError(
            f"scheme 'fixup' scales by L^(-1/(2m-2)), undefined for convs=1: {SHORT_OF}"
        )
    if e.block != "post-add":
        raise UsageError(
            f"scheme 'fixup' is made for branches that end in a convolution, with f behind the sum, not for block "
            f"{e.block!r}: {SHORT_OF}"
        )


def extend(net: ResNet, experiment: Experiment) -> None:
    from resweep.nets.schemes import _shortcut
    from resweep.nets.schemes._branches import Biased, become

    _shortcut.learn(net, 1.0)
    for branch in become(net, Biased):
        branch.add_biases()


def finish(net: ResNet) -> None:
    net.head.weight.zero_()


def lr_factor(parameter_name: str, experiment: Experiment) -> float:
    return 0.1 if "bias" in parameter_name or parameter_name.endswith("scale") else 1.0
