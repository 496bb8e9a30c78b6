"""Branches with another forward, for the schemes that are more than a draw. Needs torch: load it in a function."""

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
    """Turn every branch into one of `kind`, in place: its weights and what the block form has added to it stay."""
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
        self.bias_before = nn.ParameterList(torch.zeros(()) for _ in range(self.depth))
        self.bias_after = nn.ParameterList(torch.zeros(()) for _ in range(self.depth - 1))
        self.bias_end = nn.Parameter(torch.zeros(()))

    def conv(
        self, i: int, x: Tensor, *, activate: bool = False, onto: Tensor | None = None
    ) -> Tensor:
        u = kernels.convolution(x + self.bias_before[i], self.weights[i])
        if activate:
            u = self.activate(u + self.bias_after[i])
        return u if onto is None else self.join(onto, u)

    def join(self, z: Tensor, y: Tensor) -> Tensor:
        return super().join(z, y) + self.bias_end


class Standardized(Branch):
    """Convolutions by standardized weights, gamma f, z + alpha g y; the first convolution sees x / beta."""

    alpha: float
    beta: float
    gamma: float
    gains: nn.ParameterList

    def add_gains(self) -> None:
        self.gains = nn.ParameterList(torch.ones(w.shape[0], 1, 1, 1) for w in self.weights)

    def standardized(self, i: int) -> Tensor:
        weight = self.weights[i]
        variance, mean = torch.var_mean(weight, (1, 2, 3), correction=0, keepdim=True)
        energy = (variance * weight[0].numel()).clamp_min(EPSILON)
        return (weight - mean) * torch.rsqrt(energy) * self.gains[i]

    def conv(
        self, i: int, x: Tensor, *, activate: bool = False, onto: Tensor | None = None
    ) -> Tensor:
        u = kernels.convolution(x, self.standardized(i))
        u = u / self.beta if i == 0 else u
        if activate:
            u = self.activate(u)
        return u if onto is None else self.join(onto, u)

    def activate(self, u: Tensor) -> Tensor:
        return self.gamma * super().activate(u)

    def join(self, z: Tensor, y: Tensor) -> Tensor:
        return super().join(z, self.alpha * y)
