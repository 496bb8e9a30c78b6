"""Var[w] = 2 / n_out, the fan-out: keeps E[d^2] of a plain ReLU network (He et al. 2015, eq. 14).

arXiv 1502.01852. The fan-out n_out = C_out k^2 counts the units that one input feeds. The blocks
here have as many outputs as inputs, so that the number is that of `he`; the two would differ only
where a network changes its width.
"""

from resweep.nets.sites import Site


def variance(site: Site) -> float:
    """Return 2 / n_out."""
    return 2.0 / site.fan_out
