"""W W^T = g^2 I with W as a matrix [out, in k^2], g^2 = n Var[w]: Var[w] = 1 / n, that is g = 1.

Saxe, McClelland & Ganguli 2014, Exact solutions to the nonlinear dynamics of learning in deep
linear neural networks (arXiv 1312.6120). For a convolution the trailing dimensions are flattened,
as torch.nn.init.orthogonal_ does. The gain sqrt(2) that torch recommends for ReLU is `--multiplier
2`. The map from patches to channels is then orthogonal; the convolution of a whole image is not
(`delta-orthogonal` is). The draw is always by QR of normals: `distribution` does not apply.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from resweep.nets.schemes._orthogonal import orthonormal_rows
from resweep.nets.sites import Site

if TYPE_CHECKING:
    import torch
    from torch import Tensor


def variance(site: Site) -> float:
    """Return 1 / n."""
    return 1.0 / site.fan_in


def draw(weight: Tensor, site: Site, variance: float, generator: torch.Generator) -> None:
    """Draw a matrix of orthogonal rows of energy n Var[w], of columns where these are fewer."""
    from resweep.nets.initialize import standard_normal

    q = orthonormal_rows(standard_normal(weight.shape, generator).flatten(1))
    weight.copy_(q.mul_(math.sqrt(variance * max(q.shape))).view(weight.shape))
