"""The contract of a block form, one file in `resweep/nets/blocks`.

A block form is a forward pass and the recursion of its moments. A map is a float64 array (H, W)
with one value a pixel; states are in units of e^`layer.log_unit`, so that moments beyond the range
of a double can be followed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from torch import Tensor

    from resweep.experiment import Experiment
    from resweep.nets.moments import Layer, Moments
    from resweep.nets.network import Branch, ResNet
    from resweep.nets.spread import OverSeeds


class BlockForm(Protocol):
    """What every block form file defines."""

    NORMALIZED: bool
    """Whether a batch normalization belongs to each convolution of a branch."""

    def forward(self, x: Tensor, branch: Branch) -> Tensor:
        """Return the state z_l of a batch from the state before it.

        Arguments:
            x: z_{l-1}, (N, C, H, W).
            branch: the block's parameters, with `conv`, `norm`, `activate` and `join`.
        """
        ...

    def step(self, z: Any, layer: Layer) -> Any:
        """Return the moments of z_l from those of z_{l-1}, for a wide network.

        Arguments:
            z: the moments of z_{l-1}: `Moments`, or whatever `start` returned. It has `mean` and
                `second`, maps (H, W), and `scaled(factor)`.
            layer: the branch as moments see it: gains a = n Var[w], activation, padding, scale.
        """
        ...

    def back(self, delta: Any, z: Any, layer: Layer) -> Any:
        """Return E[d_{l-1}^2] from E[d_l^2], where d_l is the gradient with respect to z_l.

        Arguments:
            delta: E[d_l^2], a map (H, W), or whatever `finish` and earlier calls returned; then it
                has `second`, a map, and `scaled(factor)`.
            z: the moments of z_{l-1}, as `step` received them.
            layer: the same layer that `step` received.
        """
        ...

    def paper_growth(self, a: float, blocks: int, activation: str) -> tuple[float, float] | None:
        """Return the natural logarithms of the growth that Taki (2017) states, or None.

        Arguments:
            a: n Var[w], the product over the convolutions of a branch.
            blocks: L.
            activation: the name of f.

        The pair is (forward, backward): ln E[z_L^2] / E[z_0^2] and ln E[d_0^2] / E[d_L^2]. None
        means that the paper does not treat this form.
        """
        ...


class BlockFormOptions(Protocol):
    """What a block form file may define besides. A missing entry means the default named here."""

    SKIPS: bool
    """Whether a block adds its input.

    A file that defines it says that its blocks are equal convolutions, f(conv ... f(conv x)), with
    or without x added, so that a network may run all of them as one chain of kernels. Default:
    never as a chain.
    """

    ACTIVATE_FIRST: bool
    """Whether a block with `SKIPS` is x + conv f(... conv f(x)) and not x + f(conv ...).

    Default: it is not.
    """

    ACTIVATE_LAST: bool
    """Whether a block with `SKIPS` is f(x + conv(... f(conv x))), with f behind the sum.

    Default: it is not.
    """

    NORM_FIRST: bool
    """Whether a normalized block is x + conv f(BN ... conv f(BN x)) and not x + f(BN conv ...).

    A file that defines it says that its blocks are one of the two, so that a network may run all of
    them as one chain of kernels. Default: never as a chain.
    """

    def extend(self, net: ResNet, experiment: Experiment) -> None:
        """Add parameters to a newly built network, with their initial values. Default: nothing.

        Called before the `extend` of the scheme, at the end of the network's constructor.
        """
        ...

    def start(self, z: Moments, layer: Layer) -> Any:
        """Return what `step` needs to know of z_0 from its moments. Default: the moments.

        Arguments:
            z: mean and second moment of the stem's output, maps (H, W).
            layer: the first layer.
        """
        ...

    def finish(self, z: Any, layer: Layer) -> Any:
        """Return the delta at the last state, of second moment 1. Default: a map of ones.

        Arguments:
            z: the moments of z_L.
            layer: the last layer.
        """
        ...

    def over_seeds(self, states: Sequence[Any], layers: Sequence[Layer], images: int) -> OverSeeds:
        """Return the law over seeds of the logarithms of both growths, as far as it is known.

        Arguments:
            states: the moments of z_0 .. z_L.
            layers: the L layers.
            images: the number of images that E averages over, besides channels and pixels.

        Default: nothing is known.
        """
        ...

    def unpredicted_forward(
        self, states: Sequence[Any], layers: Sequence[Layer], growth: float
    ) -> str | None:
        """Return why no forward growth is predicted for this network, or None where it is.

        Arguments:
            states: the moments of z_0 .. z_L.
            layers: the L layers.
            growth: ln E[z_L^2] / E[z_0^2] by the recursion of `step`.

        The reason is a sentence without its end. Default: the recursion's growth is always shown.
        """
        ...

    def unpredicted_backward(
        self, states: Sequence[Any], layers: Sequence[Layer], growth: float
    ) -> str | None:
        """Return why no backward growth is predicted, or None; `growth` is ln E[d_0^2] / E[d_L^2].

        Default: the recursion's growth is always shown.
        """
        ...
