"""Var[w] = 2 / n, n the fan-in: keeps E[z^2] of a plain ReLU network (He et al. 2015, Sec. 2.2, arXiv 1502.01852).

In the residual network z + f(Wz) it is too large: with a = n Var[w] = 2 every block multiplies the signal.
"""

from resweep.nets.sites import Site


def variance(site: Site) -> float:
    return 2.0 / site.fan_in
