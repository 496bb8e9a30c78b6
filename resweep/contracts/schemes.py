"""The contract of an initialization scheme, one file in `resweep/nets/schemes`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from resweep.experiment import Experiment
    from resweep.nets.foreign.tree import Tree
    from resweep.nets.network import ResNet
    from resweep.nets.sites import Site


class Scheme(Protocol):
    """What every scheme file defines. `resweep schemes` prints the first line of its docstring."""

    def variance(self, site: Site, **fields: float) -> float:
        """Return Var[w] of one convolution's weights, before `multiplier` is applied.

        Arguments:
            site: where the convolution sits: its fan-in and fan-out (numbers of weights), the
                number L of blocks, and the indices of its block and of the convolution in it.
            fields: experiment fields that the law reads, such as c. A file declares each of them
                as a keyword-only argument (`*, c: float`); the name must be an Experiment field.
                Fields that no argument names are refused when a user sets them.

        The value is dimensionless, finite and not negative; 0 means weights of exactly zero.
        """
        ...


class SchemeOptions(Protocol):
    """What a scheme file may define besides. A missing function means the default named here."""

    def scale(self, site: Site) -> float:
        """Return the factor s on the branch at step 0, z + s F(z). Default: 1.

        It describes what the network does, for the theory; `extend` must make the network do it.
        `site` is that of the branch's first convolution.
        """
        ...

    def check(self, experiment: Experiment) -> None:
        """Raise UsageError if the scheme has no meaning in this network. Default: accept all.

        The message is one line that quotes the scheme's name and says which flag to set instead.
        """
        ...

    def unpredicted(self, experiment: Experiment) -> str | None:
        """Return why the moment recursions do not describe these weights. Default: None, they do.

        The recursions assume independent weights of the given variance. The answer completes the
        sentence "no prediction: ...". A scheme with `adapt` needs no answer of its own.
        """
        ...

    def extend(self, net: ResNet, experiment: Experiment) -> None:
        """Add parameters to a newly built network or change how its branches compute. Default: no.

        Called at the end of the network's constructor, before any weight is drawn. New parameters
        (learnable scalars, biases, gains) must be given their initial values here.
        """
        ...

    def draw(self, weight: Tensor, site: Site, variance: float, generator: torch.Generator) -> None:
        """Overwrite one convolution's weights with draws that are not independent of each other.

        Default: independent draws from the experiment's `distribution`, which a scheme that
        defines `draw` refuses to have set.

        Arguments:
            weight: (C_out, C_in, k, k), filled in place, in the network's dtype.
            site: where the convolution sits.
            variance: the mean square that the weights must have, `multiplier` included.
            generator: a CPU generator; draws are made in float64 and rounded afterwards.
        """
        ...

    def finish(self, net: ResNet) -> None:
        """Set what can be set only after every weight has been drawn. Default: nothing."""
        ...

    def adapt(
        self,
        net: ResNet,
        experiment: Experiment,
        images: Tensor,
        labels: Tensor,
        generator: torch.Generator,
    ) -> None:
        """Fit the drawn network to data, in place. Default: nothing.

        Arguments:
            net: in training mode; its buffers (running statistics) are restored afterwards.
            experiment: the setting, for example the optimizer that will train the network.
            images: the probe batch (N, 3, H, W), standardized, in the network's dtype.
            labels: (N,), class indices.
            generator: a CPU generator of the seed's stream for this step.
        """
        ...

    def on_modules(self, tree: Tree, experiment: Experiment) -> None:
        """Set what the scheme sets beside the draws in a network that is not built in.

        Default: nothing, for a scheme that defines none of `extend`, `finish` and `adapt`; one that
        does is refused for such networks unless it defines this too. Its `adapt` is then called for
        them as well, with the network in place of a ResNet.

        Arguments:
            tree: the modules with their blocks, branches and weights. All weights have been drawn.
            experiment: the setting.

        Raises UsageError, in one line that says why, where the network lacks what this needs.
        """
        ...

    def lr_factor(self, parameter_name: str, experiment: Experiment) -> float:
        """Return the factor on the learning rate of one parameter. Default: 1.

        `parameter_name` is torch's, for example "branches.0.weights.0", "stem" or "head.bias".
        """
        ...
