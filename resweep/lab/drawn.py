"""The network of an experiment with its weights drawn: the built-in one, or somebody else's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from resweep.data import Source
from resweep.experiment import Experiment
from resweep.nets.foreign.network import make
from resweep.nets.foreign.start import ForeignStart
from resweep.nets.initialize import initialize
from resweep.nets.network import ResNet
from resweep.nets.probes import Start
from resweep.nets.steps import Split
from resweep.nets.streams import generator


def drawn(e: Experiment, source: Source) -> tuple[nn.Module, dict[str, Any]]:
    """Return the network for these images, on the CPU, and what provenance says of it.

    Of a network that is not built in that is how many blocks were found and how, and which
    parameters its scheme has left as they were.
    """
    channels, height, width = source.shape
    classes = len(source.classes)
    if e.foreign:
        foreign = make(e, channels, classes, (height, width))
        tree, done = foreign.tree, foreign.done
        found = {"blocks": len(tree.measured.blocks), "blocks_found": tree.measured.said}
        return foreign, {**found, "left_alone": list(done.left)}
    net = ResNet(e, channels, classes, (height, width))
    initialize(net, e, generator(e.seed, "weights"))
    return net, {}


def begin(net: nn.Module, batch: Split, e: Experiment) -> Start:
    """Return the network at step 0 on a batch of images, for the probes."""
    kind = ForeignStart if e.foreign else Start
    return kind(net, batch.images, batch.labels, generator(e.seed, "probe"))


@contextmanager
def drawing(e: Experiment) -> Iterator[None]:
    """Let modules that draw as they compute, such as dropout, do so from a stream of the seed."""
    with torch.random.fork_rng():
        torch.manual_seed(generator(e.seed, "layers").initial_seed())
        yield
