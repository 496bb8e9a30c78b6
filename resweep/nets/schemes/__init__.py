"""Initialization schemes, one file each: `variance(site, *, fields it reads)` gives Var[w]."""

from resweep import registry
from resweep.experiment import SCHEMES, Experiment, uses
from resweep.nets.sites import Site


def variance(experiment: Experiment, block: int = 0, conv: int = 0) -> float:
    """Var[w] of one convolution: multiplier x the scheme's law, in double precision whatever the network's dtype."""
    fan = experiment.channels * experiment.kernel**2
    site = Site(fan, fan, experiment.blocks, block, conv, experiment.convs)
    law = registry.load(SCHEMES, experiment.scheme).variance
    fields = {name: getattr(experiment, name) for name in uses(experiment.scheme)}
    return experiment.multiplier * float(law(site, **fields))
