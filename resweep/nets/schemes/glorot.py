"""Var[w] = 2 / (n_in + n_out): a compromise between forward and backward gain 1 (Glorot 2010).

Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward neural networks,
eq. 12, for a linear network. Their draw (eq. 16) is uniform, which `--distribution uniform` gives.
The blocks have as many outputs as inputs, n_in = n_out = C k^2, so that here the number is LeCun's
1 / n.
"""

from resweep.nets.sites import Site


def variance(site: Site) -> float:
    """Return 2 / (n_in + n_out)."""
    return 2.0 / (site.fan_in + site.fan_out)
