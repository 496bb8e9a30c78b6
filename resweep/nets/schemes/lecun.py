"""Var[w] = 1 / n, n the fan-in: keeps E[z^2] of a plain linear network (LeCun et al. 1998).

LeCun, Bottou, Orr & Mueller 1998, Efficient BackProp.
"""

from resweep.nets.sites import Site


def variance(site: Site) -> float:
    """Return 1 / n."""
    return 1.0 / site.fan_in
