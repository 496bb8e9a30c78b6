"""The residual convolution as the sum that defines it: native code for float32 on the CPU.

    y[p] = [x[p] +] f(sum_j w[j] x[p + j - (k-1)//2] + b)

It takes images of any size and any kernel, and is for those that do not pay for transforms: small
kernels and few channels. Bias, ReLU, its mask and the sum are made while y is written, and a
normalization while x is read, as on the spectral path, whose operators these are.
"""

from torch import Tensor

from . import spectral
from .library import missing


def unsupported(x: Tensor, weight: Tensor) -> str | None:
    """Why this path cannot compute with these tensors, or None where it can."""
    return missing("direct_forward") or spectral.not_native(x, weight)


def convolution(
    x: Tensor, weight: Tensor, bias: Tensor | None, relu: bool, residual: bool
) -> Tensor:
    """`resweep.nets.kernels.convolution` on this path; the shapes have been checked."""
    return spectral.native(x, weight, bias, relu, residual, direct=True)
