"""Branches with another forward pass, for schemes that are more than a draw of the weights.

This module needs torch: scheme files import it inside functions.
"""

from __future__ import annotations

from typing import TypeVar

import torch
from torch import Tensor, nn

from resweep.nets import kernels
from resweep.nets.network import Branch, ResNet
from resweep.nets.schemes import _shortcut

EPSILON = 1e-4  # of nfnets/base.py: the floor under n Var[w]

Kind = TypeVar("Kind", bound=Branch)


def become(net: ResNet, kind: type[Kind]) -> list[Kind]:
    """Turn every branch into one of `kind`, in place.

    Its weights, and what the block form has added to it, stay.
    """
    kinds = []
    for branch in _shortcut.branches(net):
        branch.__class__ = kind
        assert isinstance(branch, kind)
        kinds.append(branch)
    return kinds


class Biased(Branch):
    """conv(x + b) and f(u + b') with scalar biases; z + s y + b''."""

    bias_before: nn.ParameterList
    bias_after: nn.ParameterList
    bias_end: nn.Parameter

    def add_biases(self) -> None:
        """Create the biases, all 0."""
        self.bias_before = nn.ParameterList(torch.zeros(()) for _ in range(self.depth))
        self.bias_after = nn.ParameterList(torch.zeros(()) for _ in range(self.depth - 1))
        self.bias_end = nn.Parameter(torch.zeros(()))

    def conv(
        self, i: int, x: Tensor, *, activate: bool = False, onto: Tensor | None = None
    ) -> Tensor:
        """Return conv_i(x + b), or f(conv_i(x + b) + b'), joined to `onto` if that is given."""
        u = kernels.convolution(x + self.bias_before[i], self.weights[i])
        if activate:
            u = self.activate(u + self.bias_after[i])
        return u if onto is None else self.join(onto, u)

    def join(self, z: Tensor, y: Tensor) -> Tensor:
        """Return z + s y + b''."""
        return super().join(z, y) + self.bias_end


class Standardized(Branch):
    """Convolutions with standardized weights, gamma f and z + alpha g y.

    The first convolution sees x / beta.
    """

    alpha: float
    beta: float
    gamma: float
    gains: nn.ParameterList

    def add_gains(self) -> None:
        """Create the gains, one an output, all 1."""
        self.gains = nn.ParameterList(torch.ones(w.shape[0], 1, 1, 1) for w in self.weights)

    def standardized(self, i: int) -> Tensor:
        """Return W^ of convolution i: rows of mean 0 and energy 1, times their gains."""
        weight = self.weights[i]
        variance, mean = torch.var_mean(weight, (1, 2, 3), correction=0, keepdim=True)
        energy = (variance * weight[0].numel()).clamp_min(EPSILON)
        standardized: Tensor = (weight - mean) * torch.rsqrt(energy) * self.gains[i]
        return standardized

    def conv(
        self, i: int, x: Tensor, *, activate: bool = False, onto: Tensor | None = None
    ) -> Tensor:
        """Return the convolution of x with W^, activated or joined to `onto` where asked for."""
        u = kernels.convolution(x, self.standardized(i), self.bias(i))
        if i == 0:
            u = u / self.beta
        if activate:
            u = self.activate(u)
        return u if onto is None else self.join(onto, u)

    def activate(self, u: Tensor) -> Tensor:
        """Return gamma f(u)."""
        return self.gamma * super().activate(u)

    def join(self, z: Tensor, y: Tensor) -> Tensor:
        """Return z + alpha g y."""
        return super().join(z, self.alpha * y)
