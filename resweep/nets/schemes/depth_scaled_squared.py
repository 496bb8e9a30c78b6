"""Var[w] = c / (n L^2): what a ReLU-last network needs for a growth that stays bounded in depth.

In x + f(conv x) with ReLU the branches add means that are never negative. With a = n Var[w] they
multiply the signal by cosh^2(L sqrt(a / (2 pi))). At a = c/L this is unbounded in L; at a = c/L^2
it is cosh^2 sqrt(c / (2 pi)) = 1.168 for c = 1. It is the 1/L scaling of a residual branch (the
neural ODE limit: Marion et al. 2022, arXiv 2206.06929) put into the weights; branches of mean zero
vanish under it as the depth grows. With m convolutions a branch each takes the m-th root, Var[w] =
(c/L^2)^(1/m) / n.
"""

from resweep.nets.sites import Site


def variance(site: Site, *, c: float) -> float:
    """Return (c/L^2)^(1/m) / n."""
    gain: float = (c / site.blocks**2) ** (1 / site.convs)
    return gain / site.fan_in
