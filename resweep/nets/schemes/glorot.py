"""Var[w] = 2 / (n_in + n_out): the compromise between forward and backward gain 1 of a linear network.

Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward neural networks, eq. 12; their draw
(eq. 16) is uniform: --distribution uniform gives it. The blocks have as many outputs as inputs, n_in = n_out = C k^2,
so that here the number is LeCun's 1 / n.
"""

from resweep.nets.sites import Site


def variance(site: Site) -> float:
    return 2.0 / (site.fan_in + site.fan_out)
