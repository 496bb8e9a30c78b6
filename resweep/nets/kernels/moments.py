"""Sums in float64 over float32 states, natively in one pass where that is possible.

torch would first make a copy in float64, which takes five to ten times as long as the sum. A state
is taken natively where it is float32 on the CPU and dense in NHWC order, and the library is there.
"""

import ctypes
from functools import cache
from typing import Any

import torch
from torch import Tensor

from .library import load

_POINTER, _COUNT = ctypes.c_void_p, ctypes.c_int64


@cache
def _native() -> Any:
    """The library with its sums; None where it is missing or was built before it had them."""
    library = load()
    if isinstance(library, str):
        return None
    native = ctypes.CDLL(str(library.path))
    try:
        native.spectral_squares.argtypes = [_POINTER, _COUNT]
        native.spectral_squares.restype = ctypes.c_double
        native.spectral_channel_sums.argtypes = [_POINTER, _COUNT, ctypes.c_int, _POINTER, _POINTER]
        native.spectral_unit_sum.argtypes = [_POINTER, _COUNT, _COUNT, _POINTER]
    except AttributeError:
        return None
    return native


def possible(z: Tensor) -> bool:
    """Whether the sums of z (N, C, H, W) can be taken natively."""
    dense = z.dim() == 4 and z.is_contiguous(memory_format=torch.channels_last)
    plain = type(z) in (Tensor, torch.nn.Parameter)  # not one that only stands for a shape
    return (
        dense
        and plain
        and z.dtype == torch.float32
        and z.device.type == "cpu"
        and z.numel() > 0
        and _native() is not None
    )


def flat(z: Tensor) -> bool:
    """Whether `sums` can be taken natively: of any shape, in NCHW or NHWC order without gaps."""
    gapless = z.is_contiguous() or (
        z.dim() == 4 and z.is_contiguous(memory_format=torch.channels_last)
    )
    plain = type(z) in (Tensor, torch.nn.Parameter)
    here = z.dtype == torch.float32 and z.device.type == "cpu"
    return plain and here and gapless and z.numel() > 0 and _native() is not None


def sums(z: Tensor) -> tuple[float, float]:
    """The sum and the sum of squares of all values; `flat` must hold."""
    linear, square = ctypes.c_double(), ctypes.c_double()
    pointers = ctypes.addressof(linear), ctypes.addressof(square)
    _native().spectral_channel_sums(z.data_ptr(), z.numel(), 1, *pointers)
    return linear.value, square.value


def squares(z: Tensor) -> Tensor:
    """The sum of the squares of all values, a float64 scalar; `possible` must hold."""
    total: float = _native().spectral_squares(z.data_ptr(), z.numel())
    return torch.tensor(total, dtype=torch.float64)


def channel_sums(z: Tensor) -> Tensor:
    """The sum and the sum of squares of each channel, (2, C) in float64; `possible` must hold."""
    channels = z.shape[1]
    sums = torch.empty(2, channels, dtype=torch.float64)
    pointers = sums[0].data_ptr(), sums[1].data_ptr()
    _native().spectral_channel_sums(z.data_ptr(), z.numel() // channels, channels, *pointers)
    return sums


def unit_sum(z: Tensor) -> Tensor:
    """The sum of z_n / ||z_n|| over the images, flat in float64; `possible` must hold.

    It is nan where a norm is not finite.
    """
    total = torch.empty(z[0].numel(), dtype=torch.float64)
    _native().spectral_unit_sum(z.data_ptr(), len(z), len(total), total.data_ptr())
    return total
