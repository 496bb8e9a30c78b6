"""Initialization schemes, one file each; `resweep.contracts.schemes` says what such a file holds.

The functions here apply an experiment's scheme file, or the default where the file does not define
the function. None of them imports torch: tables and predictions read the laws without it.
"""

from resweep import registry
from resweep.contracts import optional
from resweep.contracts.schemes import SchemeOptions
from resweep.experiment import Experiment
from resweep.nets.sites import Site
from resweep.scheme_pages import BLOCKS, load, uses

IMAGE = (32, 32)


def unpredicted(experiment: Experiment) -> str | None:
    """Return why the theory does not describe this network, or None if it does.

    Weights that are fitted to data have no closed theory, and the recursions of batch normalization
    take inputs to have nothing in common. Other schemes may give a reason of their own
    (`SchemeOptions.unpredicted`).
    """
    if experiment.foreign:
        return f"theory knows the built-in network's blocks, not those of {experiment.network}"
    scheme = load(experiment)
    normalized = registry.load(BLOCKS, experiment.block).NORMALIZED
    if normalized and experiment.pixels == "unit":
        return "pixels in [0, 1] share a mean, which theory of batch normalization leaves out"
    if optional(scheme, SchemeOptions.adapt):
        return "its scales are fitted to data, which theory does not see"
    reason = optional(scheme, SchemeOptions.unpredicted)
    return reason(experiment) if reason else None


def site(experiment: Experiment, block: int, conv: int, *, size: tuple[int, int] = IMAGE) -> Site:
    """Return where the weights of a convolution sit, given the indices of its block and its own.

    The fan-in and the fan-out are C k^2. With `effective_fan_in` they are C times the average
    number of taps that fall inside an image of (H, W) = `size`: for 8 x 8 taps on 32 x 32 pixels
    0.87890625 of it.
    """
    e = experiment
    taps: float = e.kernel**2
    if e.effective_fan_in:
        taps = valid_taps(e.kernel, size[0]) * valid_taps(e.kernel, size[1])
    return Site(e.channels * taps, e.channels * taps, e.blocks, block, conv, e.convs)


def valid_taps(kernel: int, pixels: int) -> float:
    """Return how many taps of a kernel fall inside an axis of `pixels`, averaged over its pixels.

    The kernel is that of a "same" convolution: (k - 1) // 2 taps before the pixel, k // 2 after it.
    """
    before, after = (kernel - 1) // 2, kernel // 2
    taps = 0
    for p in range(pixels):
        first, last = max(p - before, 0), min(p + after, pixels - 1)
        taps += last - first + 1
    return taps / pixels


def variance(experiment: Experiment, block: int = 0, conv: int = 0) -> float:
    """Return Var[w] of one convolution: `multiplier` times the scheme's law.

    It is computed in double precision, whatever the network's dtype.
    """
    fields = {name: getattr(experiment, name) for name in uses(experiment.scheme)}
    law = load(experiment).variance(site(experiment, block, conv), **fields)
    return experiment.multiplier * float(law)


def branch_scale(experiment: Experiment, block: int = 0) -> float:
    """Return the factor on a branch at step 0, z + s F(z): 1 if the scheme defines no `scale`."""
    scale = optional(load(experiment), SchemeOptions.scale)
    return float(scale(site(experiment, block, 0))) if scale else 1.0


def lr_factor(parameter_name: str, experiment: Experiment) -> float:
    """Return the factor on the learning rate of one parameter: 1 if the scheme has no rule.

    `parameter_name` is the name that torch gives the parameter, such as "branches.0.weights.0".
    """
    rule = optional(load(experiment), SchemeOptions.lr_factor)
    return float(rule(parameter_name, experiment)) if rule else 1.0
