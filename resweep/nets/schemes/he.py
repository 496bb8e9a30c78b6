"""Var[w] = 2 / n, n the fan-in: keeps E[z^2] of a plain ReLU network (He et al. 2015, eq. 10).

arXiv 1502.01852. The fan-in keeps the forward signal and the fan-out (`he-fan-out`) the backward
one; torch's kaiming_normal_ takes the fan-in by default. In the residual network z + f(Wz) the
variance is too large: with a = n Var[w] = 2 every block multiplies the signal.
"""

from resweep.nets.sites import Site


def variance(site: Site) -> float:
    """Return 2 / n."""
    return 2.0 / site.fan_in
