"""Initialization schemes, one file each: `variance(site, *, fields it reads)` gives Var[w].

A file may hold more, each function found by its name:

    scale(site) -> float                          fixed factor on the branch at step 0
    check(experiment)                             raises UsageError where the scheme means nothing
    unpredicted(experiment) -> str | None         why the recursions of the blocks do not describe its weights
    extend(net, experiment)                       adds scalars and biases to a new net, or another forward
    draw(weight, site, variance, generator)       draws weights that are not independent
    finish(net)                                   what remains to be set once all is drawn
    adapt(net, images, labels, generator)         fits the drawn net to the standardized probe batch
    lr_factor(parameter_name, experiment)         factor on the learning rate of one parameter

Nothing here imports torch before it is called: tables and predictions read the laws without it.
"""

from resweep.experiment import Experiment
from resweep.nets.sites import Site
from resweep.scheme_pages import load, uses

IMAGE = (32, 32)


def unpredicted(experiment: Experiment) -> str | None:
    """Why theory does not describe this network, None where it does: weights fitted to data have no closed theory."""
    scheme = load(experiment)
    if hasattr(scheme, "adapt"):
        return "its scales are fitted to data: theory is that of the start before the fit"
    why: str | None = scheme.unpredicted(experiment) if hasattr(scheme, "unpredicted") else None
    return why


def site(experiment: Experiment, block: int, conv: int, *, size: tuple[int, int] = IMAGE) -> Site:
    """Where the weight sits. n = C k^2, or with `effective_fan_in` C times the average number of taps that fall inside
    an image of (H, W) = `size`: 0.87890625 of it for 8 x 8 taps on 32 x 32 pixels."""
    e = experiment
    taps = (
        valid_taps(e.kernel, size[0]) * valid_taps(e.kernel, size[1])
        if e.effective_fan_in
        else e.kernel**2
    )
    return Site(e.channels * taps, e.channels * taps, e.blocks, block, conv, e.convs)


def valid_taps(kernel: int, pixels: int) -> float:
    """How many of a "same" kernel's taps, (k-1)//2 before and k//2 after, fall on an axis of `pixels`: the average."""
    before, after = (kernel - 1) // 2, kernel // 2
    return sum(min(p + after, pixels - 1) - max(p - before, 0) + 1 for p in range(pixels)) / pixels


def variance(experiment: Experiment, block: int = 0, conv: int = 0) -> float:
    """Var[w] of one convolution: multiplier x the scheme's law, in double precision whatever the network's dtype."""
    fields = {name: getattr(experiment, name) for name in uses(experiment.scheme)}
    return experiment.multiplier * float(
        load(experiment).variance(site(experiment, block, conv), **fields)
    )


def branch_scale(experiment: Experiment, block: int = 0) -> float:
    """The factor on a branch at step 0: `scale(site)` of the scheme's file, 1 where it has none."""
    scheme = load(experiment)
    return float(scheme.scale(site(experiment, block, 0))) if hasattr(scheme, "scale") else 1.0


def lr_factor(parameter_name: str, experiment: Experiment) -> float:
    """Factor on the learning rate of the parameter of that name in torch; 1 unless the scheme has a rule."""
    scheme = load(experiment)
    return (
        float(scheme.lr_factor(parameter_name, experiment)) if hasattr(scheme, "lr_factor") else 1.0
    )
