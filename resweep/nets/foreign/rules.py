"""Draw the weights of a network of modules as an initialization scheme says.

    in a branch        Var[w] of the scheme for the weight's fans, its place and the L branches
    outside            2 / n, n the fan-in, as for the stem of the built-in network
    the last weight    1 / n, as for its head
    biases             0, of the weights that are drawn
    norms              weight 1, bias 0

Without residual sums every weight but the last is drawn by the scheme, and a scheme whose variance
depends on L is refused. Everything else keeps what its module has drawn, and is listed: embeddings,
positions, parameters of modules that no rule knows.
"""

from dataclasses import replace

import torch
from torch import Tensor, nn

from resweep import scheme_pages
from resweep.contracts import optional
from resweep.contracts.schemes import SchemeOptions
from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.nets import initialize, streams
from resweep.nets.foreign.fans import Matrix
from resweep.nets.foreign.growing import grow
from resweep.nets.foreign.guessing import grown
from resweep.nets.foreign.inputs import Batch
from resweep.nets.foreign.tree import NORMS, Tree
from resweep.nets.foreign.wrapped import Foreign, Initialized
from resweep.scheme_pages import uses

OWN = "own"
MODEL = "python:model"  # the name of a network that is there as a module
HEAD, OUTSIDE = 1.0, 2.0  # n Var[w]


def initialize_(
    model: nn.Module,
    scheme: str,
    batch: Batch | None = None,
    *,
    labels: Tensor | None = None,
    c: float = 1.0,
    multiplier: float = 1.0,
    distribution: str = "normal",
    optimizer: str = "adam",
    seed: int = 0,
) -> Initialized:
    """Draw the weights of `model` in place, and return what was drawn and what was left alone.

    Arguments:
        model: any module; wrappers of torch.compile and DistributedDataParallel are looked into.
        scheme: a name that `resweep schemes` lists.
        batch: what the model is called with: a tensor, a tuple of arguments or a mapping of
            keywords. One forward pass over it shows the blocks; without a batch, one that the first
            layer can take is drawn for that (see `guessing.py`). Data-driven schemes (`lsuv`,
            `gradinit`, `metainit`) fit the weights to the batch and need it.
        labels: (N,), class indices, which `gradinit` and `metainit` need.
        c: of the schemes that read it.
        multiplier: a factor on Var[w] in the branches.
        distribution: normal, truncated-normal or uniform.
        optimizer: adam, adamw or sgd, the one that will train the network, which `gradinit` reads.
        seed: of the draws.

    Raises UsageError for a scheme that is not known or that this network cannot have, and where
    there is no batch and none can be guessed.
    """
    experiment = Experiment.parse(
        network=MODEL,
        scheme=scheme,
        c=c,
        multiplier=multiplier,
        distribution=distribution,
        optimizer=optimizer,
        seed=seed,
    )
    scheme_pages.check(experiment)
    fit = optional(scheme_pages.load(experiment), SchemeOptions.adapt)
    images = batch if isinstance(batch, Tensor) else None
    if fit is not None and images is None:
        raise UsageError(f"scheme {scheme!r} is fitted to a batch of one tensor: give that")
    tree = grown(model) if batch is None else grow(model, batch)
    done = apply(tree, experiment, streams.generator(seed, "weights"))
    if fit is not None:
        assert images is not None
        if labels is None:
            labels = torch.zeros(len(images), dtype=torch.int64, device=images.device)
        modes = [(module, module.training) for module in tree.model.modules()]
        net = Foreign(tree.model, tree, done)
        initialize.adapt(net, experiment, images, labels, streams.generator(seed, "adapt"))
        for module, mode in modes:
            module.training = mode
    return done


@torch.no_grad()
def apply(tree: Tree, experiment: Experiment, generator: torch.Generator) -> Initialized:
    """Draw the weights of `tree` in place, in the order of its parameters.

    Raises UsageError for a scheme that the network cannot have.
    """
    if experiment.scheme == OWN:
        return _kept(tree, experiment)
    _refuse_depth(tree, experiment)
    variances, reset = {}, []
    names = {id(parameter): name for name, parameter in tree.model.named_parameters()}
    for name, matrix in tree.matrices.items():
        variances[name] = _draw(tree, matrix, experiment, generator)
        for bias in matrix.biases:
            nn.init.zeros_(bias)
            reset.append(names.get(id(bias), ""))
    for place, module in tree.model.named_modules():
        if isinstance(module, NORMS):
            for own, value in (("weight", 1.0), ("bias", 0.0)):
                parameter = module._parameters.get(own)
                if parameter is not None:
                    nn.init.constant_(parameter, value)
                    reset.append(f"{place}.{own}")
    finish = optional(scheme_pages.load(experiment), SchemeOptions.on_modules)
    if finish is not None:
        finish(tree, experiment)
    left = tuple(n for n in names.values() if n not in variances and n not in reset)
    return Initialized(
        experiment.scheme, tree.found.said, variances, tuple(filter(None, reset)), left
    )


def _draw(tree: Tree, matrix: Matrix, experiment: Experiment, generator: torch.Generator) -> float:
    """Draw one weight, and return its variance."""
    site = tree.sites.get(matrix.name)
    if site is None:
        gain = HEAD if matrix.name == tree.head else OUTSIDE
        for part in matrix.parts:
            initialize.draw(part, gain / matrix.fan_in, "normal", generator)
        return gain / matrix.fan_in
    scheme = scheme_pages.load(experiment)
    fields = {name: getattr(experiment, name) for name in uses(experiment.scheme)}
    variance = experiment.multiplier * float(scheme.variance(site, **fields))
    own_draw = optional(scheme, SchemeOptions.draw)
    for part in matrix.parts:
        if own_draw is not None:
            own_draw(part, site, variance, generator)
        else:
            initialize.draw(part, variance, experiment.distribution, generator)
    return variance


def _kept(tree: Tree, experiment: Experiment) -> Initialized:
    """Leave all weights as the network has drawn them, scaled in the branches by `multiplier`."""
    if experiment.multiplier != 1:
        for name in tree.sites:
            for part in tree.matrices[name].parts:
                part.mul_(experiment.multiplier**0.5)
    names = tuple(name for name, _ in tree.model.named_parameters())
    return Initialized(OWN, tree.found.said, {}, (), names)


def _refuse_depth(tree: Tree, experiment: Experiment) -> None:
    """Raise UsageError for a variance that depends on L where nothing is added to a shortcut."""
    if tree.residual:
        return
    law = scheme_pages.load(experiment).variance
    fields = {name: getattr(experiment, name) for name in uses(experiment.scheme)}
    for site in tree.sites.values():
        deeper = replace(site, blocks=site.blocks + 7)
        if law(deeper, **fields) != law(site, **fields):
            raise UsageError(
                f"scheme {experiment.scheme!r} scales what is added to a shortcut, and no residual "
                f"sum was found in {experiment.network}: set --scheme he"
            )
