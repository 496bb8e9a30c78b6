"""The C structures of `src/`, as ctypes sees them, and how tensors get into them.

A structure holds addresses: the tensors must stay alive until the native call has returned.
"""

import ctypes
from typing import Any, NamedTuple

from torch import Tensor

_POINTER: Any = ctypes.c_void_p


class Norm(ctypes.Structure):
    """f(gamma (u - mean) / sqrt(variance + eps) + beta); the identity where there is no gamma."""

    _fields_ = [
        ("gamma", _POINTER),
        ("beta", _POINTER),
        ("mean", _POINTER),
        ("variance", _POINTER),
        ("eps", ctypes.c_double),
        ("relu", ctypes.c_int),
    ]


class Source(ctypes.Structure):
    """What a convolution reads: `src/source.hpp` has the formulas."""

    _fields_ = [
        ("values", _POINTER),
        ("reference", _POINTER),
        ("skip", _POINTER),
        ("to", _POINTER),
        ("constant", _POINTER),
        ("slope", _POINTER),
        ("mask", _POINTER),
        ("norm", Norm),
    ]


class Target(ctypes.Structure):
    """Where a convolution's result goes, and which sums are taken of it."""

    _fields_ = [
        ("to", _POINTER),
        ("skip", _POINTER),
        ("reference", _POINTER),
        ("bias", _POINTER),
        ("mask", _POINTER),
        ("relu", ctypes.c_int),
        ("norm", Norm),
    ]


class NormGradients(ctypes.Structure):
    """The gradients of a normalization, and what its backward pass subtracts, per channel."""

    _fields_ = [
        ("gamma", _POINTER),
        ("beta", _POINTER),
        ("constant", _POINTER),
        ("slope", _POINTER),
    ]


class Normal(NamedTuple):
    """A normalization with known statistics, each (C,) and dense, followed by a ReLU or nothing."""

    gamma: Tensor
    beta: Tensor
    mean: Tensor
    variance: Tensor
    eps: float
    relu: bool

    def native(self) -> Norm:
        """As the native code reads it."""
        statistics = self.gamma, self.beta, self.mean, self.variance
        return Norm(*(t.data_ptr() for t in statistics), self.eps, self.relu)


class Slopes(NamedTuple):
    """The gradients of gamma and beta, and the two terms of a batch's own statistics, each (C,)."""

    gamma: Tensor
    beta: Tensor
    constant: Tensor
    slope: Tensor

    @classmethod
    def like(cls, gamma: Tensor) -> "Slopes":
        """Uninitialized ones for the channels of `gamma`."""
        return cls(*(gamma.new_empty(gamma.shape) for _ in cls._fields))

    def native(self) -> NormGradients:
        """As the native code writes it."""
        return NormGradients(*(t.data_ptr() for t in self))


def pointer(t: Tensor | None) -> int | None:
    """The address of a tensor's data, None of None."""
    return None if t is None else t.data_ptr()


def source(
    values: Tensor,
    norm: Normal | None = None,
    *,
    skip: Tensor | None = None,
    to: Tensor | None = None,
) -> Source:
    """[skip +] f(values): a state or a convolution's output, as the next convolution reads it."""
    into = Norm() if norm is None else norm.native()
    return Source(values.data_ptr(), None, pointer(skip), pointer(to), None, None, None, into)


def backward_source(
    gradient: Tensor,
    u: Tensor,
    norm: Normal,
    slopes: Slopes | None,
    *,
    skip: Tensor | None = None,
    to: Tensor | None = None,
) -> Source:
    """[skip +] the gradient of u from that of f(norm(u)); `slopes` are for a batch's statistics."""
    terms = (None, None) if slopes is None else (slopes.constant, slopes.slope)
    places = gradient.data_ptr(), u.data_ptr(), pointer(skip), pointer(to)
    return Source(*places, *map(pointer, terms), None, norm.native())


def target(
    to: Tensor | None,
    *,
    skip: Tensor | None = None,
    reference: Tensor | None = None,
    norm: Normal | None = None,
) -> Target:
    """[skip +] the result, with sums of itself or, given `reference` and `norm`, of a gradient."""
    into = Norm() if norm is None else norm.native()
    return Target(pointer(to), pointer(skip), pointer(reference), None, None, 0, into)
