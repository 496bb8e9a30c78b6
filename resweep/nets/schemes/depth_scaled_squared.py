"""Var[w] = c / (n L^2): what a ReLU-last network needs for a growth that stays bounded in depth.

x + f(conv x) with ReLU adds means that are never negative; with a = n Var[w] they grow the signal as cosh^2(L sqrt(a /
2 pi)), which c/L leaves unbounded and a = c/L^2 brings to cosh^2 sqrt(c / 2 pi) = 1.168 at c = 1. It is the 1/L scaling
of a residual branch (neural ODE limit: Marion et al. 2022, arXiv 2206.06929) put into the weights; zero-mean branches
then vanish as the depth grows. With m convolutions a branch each takes the m-th root, Var[w] = (c/L^2)^(1/m) / n.
"""

from resweep.nets.sites import Site


def variance(site: Site, *, c: float) -> float:
    return (c / site.blocks**2) ** (1 / site.convs) / site.fan_in
