"""Var[w] = 1 / (3 n), uniform in +-1/sqrt(n): what torch.nn.Conv2d does when nobody initializes it.

torch/nn/modules/conv.py calls kaiming_uniform_(a=sqrt(5)), whose gain sqrt(2 / (1 + a^2)) =
1/sqrt(3) gives the bound sqrt(3) gain / sqrt(n) = 1/sqrt(n); read there. torch draws the biases
from U(-1/sqrt(n), 1/sqrt(n)) too, which is left out because the convolutions here have no bias. The
draw is always uniform: `distribution` does not apply.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from resweep.nets.sites import Site

if TYPE_CHECKING:
    import torch
    from torch import Tensor


def variance(site: Site) -> float:
    """Return 1 / (3 n)."""
    return 1.0 / (3.0 * site.fan_in)


def draw(weight: Tensor, site: Site, variance: float, generator: torch.Generator) -> None:
    """Draw uniformly in +-sqrt(3 Var[w])."""
    from resweep.nets import initialize

    initialize.draw(weight, variance, "uniform", generator)
