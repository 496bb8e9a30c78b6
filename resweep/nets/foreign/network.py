"""Makes the network of an experiment that is not of the built-in one."""

import torch
from torch import Tensor, nn

from resweep import networks
from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.nets import streams
from resweep.nets.foreign import rules
from resweep.nets.foreign.growing import grow
from resweep.nets.foreign.making import called
from resweep.nets.foreign.outputs import logits
from resweep.nets.foreign.spec import build
from resweep.nets.foreign.untouched import untouched
from resweep.nets.foreign.wrapped import Foreign
from resweep.nets.network import DTYPES

SHOWN = 2  # images that show the blocks


def make(experiment: Experiment, channels: int, classes: int, size: tuple[int, int]) -> Foreign:
    """Return the network of an experiment, with the weights that its scheme draws.

    Its own draws come from the seed's stream of weights, and so do those of the scheme. The factory
    is offered the number of classes (`spec.build`).

    Raises UsageError for a network that cannot be built, that does not make logits of images of
    this size, or that cannot have the scheme.
    """
    e = experiment
    specification = networks.parse(e.network)
    arguments = networks.mapping(e.arguments)
    seed = streams.generator(e.seed, "weights").initial_seed()
    module = build(e.network, arguments, classes=classes, seed=seed).to(DTYPES[e.precision])
    module.train()
    name = called(specification, arguments)
    draws = streams.generator(e.seed, "shown")
    images = torch.empty((SHOWN, channels, *size), dtype=torch.float64).normal_(generator=draws)
    images = images.to(DTYPES[e.precision])
    try:
        tree = grow(module, images, e.blocks_at.split())
        _check(module, images, classes, name)
    except UsageError:
        raise
    except Exception as error:
        line = str(error).strip().partition("\n")[0]
        shape = "x".join(map(str, images.shape[1:]))
        raise UsageError(
            f"{name} fails on images of {shape} (what it is made for is set with --arg): "
            f"{type(error).__name__}: {line}"
        ) from error
    done = rules.apply(tree, e, streams.generator(e.seed, "weights"))
    return Foreign(module, tree, done)


def _check(module: nn.Module, images: Tensor, classes: int, name: str) -> None:
    """Raise UsageError for an output that is no row of logits for each image."""

    with untouched(module) as bare, torch.no_grad():
        out = logits(bare.model(images))
    if out.dim() != 2 or len(out) != len(images) or out.shape[1] < classes:
        raise UsageError(
            f"{name} makes {'x'.join(map(str, out.shape))} numbers of {len(images)} images, and "
            f"{classes} logits of each are needed: set its number of classes with --arg"
        )
