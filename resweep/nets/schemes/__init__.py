"""Initialization schemes, one file each: `variance(site, *, fields it reads)` gives Var[w]."""

from resweep import registry
from resweep.experiment import SCHEMES, Experiment, uses
from resweep.nets.sites import Site


def branch_scale(experiment: Experiment, block: int = 0) -> float:
    """The factor on a branch at step 0: `scale(site)` of the scheme's file, 1 where it has none."""
    scheme = registry.load(SCHEMES, experiment.scheme)
    return float(scheme.scale(site(experiment, block, 0))) if hasattr(scheme, "scale") else 1.0


def site(experiment: Experiment, block: int, conv: int) -> Site:
    fan = experiment.channels * experiment.kernel**2
    return Site(fan, fan, experiment.blocks, block, conv, experiment.convs)


def variance(experiment: Experiment, block: int = 0, conv: int = 0) -> float:
    """Var[w] of one convolution: multiplier x the scheme's law, in double precision whatever the network's dtype."""
    law = registry.load(SCHEMES, experiment.scheme).variance
    fields = {name: getattr(experiment, name) for name in uses(experiment.scheme)}
    return experiment.multiplier * float(law(site(experiment, block, conv), **fields))
