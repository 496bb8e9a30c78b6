"""The residual convolution on stock torch operations: easy to verify, and runs anywhere.

y = [x +] f(w * x + b),    (w * x)[p] = sum_j w[j] x[p + j - (k-1)//2],    x = 0 outside the image
"""

import torch.nn.functional as F
from torch import Tensor


def convolution(
    x: Tensor, weight: Tensor, bias: Tensor | None, relu: bool, residual: bool
) -> Tensor:
    """`resweep.nets.kernels.convolution` in any precision and on any device.

    `relu` selects f, and `residual` adds x. An even kernel needs one more row and column of zeros
    after the image than before it. They are added here because torch's own `padding="same"` makes
    the same copy and warns about it each time.
    """
    k = weight.shape[-1]
    before, after = (k - 1) // 2, k // 2
    padded = x if before == after else F.pad(x, (before, after, before, after))
    u = F.conv2d(padded, weight, bias, padding=before if before == after else 0)
    if relu:
        u = u.relu_()  # nothing needs u itself again
    return x + u if residual else u


def channels_first(
    x: Tensor, weight: Tensor, bias: Tensor | None, relu: bool, residual: bool
) -> Tensor:
    """The same on NCHW memory, into which `x` is brought unless it lies there."""
    return convolution(x.contiguous(), weight.contiguous(), bias, relu, residual)
