"""The convolutions of a chain with normalization, each with its statistics and its gradients."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from . import batch_norm, spectral
from .buffers import empty_images
from .layouts import Normal, Slopes, Source, Target, pointer


class Links:
    """K convolutions C -> C of one shape and K normalizations, for images like `x`.

    `direct` selects the path of that name, otherwise they are spectral.

    `parameters` are the K weights, the K gammas and the K betas. `statistics` are the means and the
    variances, each (K, C); without them they are those of the batch, which the methods write. With
    `fixed` they are constants, through which no gradient flows.
    """

    def __init__(
        self,
        x: Tensor,
        parameters: Sequence[Tensor],
        relu: bool,
        eps: float,
        direct: bool,
        statistics: Sequence[Tensor] | None = None,
        fixed: bool = False,
    ) -> None:
        count = len(parameters) // 3
        dense = [p.detach() for p in parameters]
        self.weights = [spectral.dense(w) for w in dense[:count]]
        affine = [t.contiguous() for t in dense[count:]]
        self.given, self.fixed = statistics is not None, fixed
        self.statistics = statistics or [x.new_empty(count, x.shape[1]) for _ in range(2)]
        means, variances = self.statistics
        self.norms = [
            Normal(affine[k], affine[count + k], means[k], variances[k], eps, relu)
            for k in range(count)
        ]
        self.slopes = [Slopes.like(gamma) for gamma in affine[:count]]
        self.weight_gradients: list[Tensor | None] = [None] * count
        self._like = x
        self._forward = spectral.caller("linked_forward", x, self.weights[0], direct)
        self._backward = spectral.caller("linked_backward", x, self.weights[0], direct)

    def __len__(self) -> int:
        return len(self.weights)

    def images(self) -> Tensor:
        """Uninitialized images of the chain's shape."""
        return empty_images(spectral.shape(self._like))

    def measure(self, k: int, u: Tensor) -> None:
        """Take the statistics of `u` for normalization k, in a pass of its own."""
        if not self.given:
            batch_norm.call("norm_statistics", u, u.data_ptr(), *self._places(k))

    def forward(self, k: int, read: Source, write: Target, measured: int | None) -> None:
        """Convolution k; normalization `measured` gets the statistics of what is written."""
        places = (None, None) if self.given or measured is None else self._places(measured)
        self._forward(read, self.weights[k].data_ptr(), write, *places)

    def terms(self, k: int) -> Slopes | None:
        """What normalization k subtracts from a gradient; None where its statistics are fixed."""
        return None if self.fixed else self.slopes[k]

    def differentiate(self, k: int, g: Tensor, u: Tensor) -> None:
        """The gradients of normalization k, from that of f(norm(u)), in a pass of its own."""
        if self.fixed:
            return
        norm, slopes = self.norms[k].native(), self.slopes[k].native()
        batch_norm.call("norm_gradients", u, g.data_ptr(), u.data_ptr(), norm, slopes)

    def backward(
        self, k: int, g: Source, x: Source, write: Target, norm: int | None, needed: bool
    ) -> None:
        """The gradients of convolution k, and of `norm`, to which `write` refers.

        That of its weight is computed only where it is `needed`.
        """
        into = torch.empty_like(self.weights[k]) if needed else None
        self.weight_gradients[k] = into
        slopes = self.slopes[0 if norm is None else norm].native()
        self._backward(g, x, self.weights[k].data_ptr(), write, pointer(into), slopes)

    def apply(self, read: Source) -> None:
        """Make what `read` describes in a pass of its own; it says where that goes."""
        batch_norm.call("norm_write", self._like, read)

    def gradients(self) -> list[Tensor | None]:
        """Those of all parameters, in their order."""
        gammas, betas = [s.gamma for s in self.slopes], [s.beta for s in self.slopes]
        return [*self.weight_gradients, *gammas, *betas]

    def _places(self, k: int) -> tuple[Any, ...]:
        return tuple(t[k].data_ptr() for t in self.statistics)
