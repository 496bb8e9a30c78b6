"""z + alpha F(z), alpha learnable and 0 at the start: blocks start as identities; Var[w] = 2 / n.

De & Smith 2020, Batch normalization biases residual blocks towards the identity function in deep
networks (arXiv 2002.10444): one scalar a branch in the place of normalization, alpha = 0, or a
value up to 1/sqrt(L); both checked in summaries of the paper. Their convolutions have biases too;
ours have none. At step 0 the weights of the branches have no gradient but alpha has one; after one
step the weights follow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from resweep.experiment import Experiment
from resweep.nets.schemes import _shortcut
from resweep.nets.sites import Site

if TYPE_CHECKING:
    from resweep.nets.foreign.tree import Tree
    from resweep.nets.network import ResNet

check = _shortcut.need


def variance(site: Site) -> float:
    """Return 2 / n."""
    return 2.0 / site.fan_in


def scale(site: Site) -> float:
    """Return 0."""
    return 0.0


def extend(net: ResNet, experiment: Experiment) -> None:
    """Give every branch its scalar."""
    _shortcut.learn(net, 0.0)


def on_modules(tree: Tree, experiment: Experiment) -> None:
    """Set the learnable factors that a network of modules has on its branches to 0."""
    tree.set_multipliers(0.0, experiment.scheme)
