"""An orthogonal C x C matrix at the centre tap, 0 at all other taps: mean square Var[w] = 1 / n.

Xiao et al. 2018, Dynamical isometry and a mean field theory of CNNs (arXiv 1806.05393), algorithm
2. Every pixel is mapped by one orthogonal matrix times g, g^2 = n Var[w] = 1, so that an image
keeps its norm in a linear network of any depth, borders included: the zero padding that weakens
dense kernels does not touch it, and predictions for independent weights do not describe its
borders. The matrix needs at least as many outputs as inputs, which holds here. The draw is always
by QR: `distribution` does not apply.

The tap of a "same" kernel that multiplies the pixel itself is (k-1)//2, which is number 3 of 8
taps. The k//2 = 4 of usual code (tensorflow's init_ops) would shift the image by one pixel a layer.
As Var[w] counts the zeros too, n Var[w] = g^2 as for `orthogonal`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.nets.schemes._orthogonal import centre_tap, orthonormal_rows
from resweep.nets.sites import Site

if TYPE_CHECKING:
    import torch
    from torch import Tensor


def variance(site: Site) -> float:
    """Return 1 / n."""
    return 1.0 / site.fan_in


def check(experiment: Experiment) -> None:
    """Raise UsageError for a network of modules, whose weights need not have a centre tap."""
    if experiment.foreign:
        raise UsageError(
            "scheme 'delta-orthogonal' is made for convolutions that keep their width: "
            "set --scheme orthogonal"
        )


def unpredicted(experiment: Experiment) -> str | None:
    """Return the reason for kernels that have taps beside the centre one."""
    if experiment.kernel == 1:
        return None
    return (
        "only the centre tap is not zero, and the recursion for dense kernels makes borders weaker"
    )


def draw(weight: Tensor, site: Site, variance: float, generator: torch.Generator) -> None:
    """Draw the matrix of the centre tap, and set the other taps to 0."""
    from resweep.nets.initialize import standard_normal

    c = centre_tap(weight.shape[-1])
    gain = math.sqrt(variance * weight[0].numel())
    q = orthonormal_rows(standard_normal(weight.shape, generator)[:, :, c, c])
    weight.zero_()
    weight[:, :, c, c] = q.mul_(gain).to(weight.dtype)
