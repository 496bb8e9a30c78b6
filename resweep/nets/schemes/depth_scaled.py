"""Var[w] = c / (n L): growth (1 + c/L)^L -> e^c whatever the depth (Taki 2017, eq. 28).

Derived for one convolution a branch, zero-mean weights and constant width. With m convolutions a
branch the product of their gains is what grows, so each takes the m-th root:
Var[w] = (c/L)^(1/m) / n, which is eq. 28 at m = 1.
"""

from resweep.nets.sites import Site


def variance(site: Site, *, c: float) -> float:
    """Return (c/L)^(1/m) / n."""
    gain: float = (c / site.blocks) ** (1 / site.convs)
    return gain / site.fan_in
