"""Orthogonal weights, then every convolution rescaled until its output has unit variance on data.

Mishkin & Matas 2016, All you need is a good init (arXiv 1511.06422), algorithm 1; a tolerance of
0.1 and at most 10 tries as in the authors' ducha-aiki/LSUV-pytorch LSUV.py, read and checked. The
standard deviation is taken over images, channels and pixels of the probe batch, in double
precision, convolution by convolution in the order of the forward pass, gates of `highway` included.
They rescale every layer; here the stem and the head keep what all schemes give them.

A branch of one convolution then adds about 1/2 to E[z^2] where f is ReLU and 1 where it is the
identity, so the growth is linear in depth. Var[w] = 1 / n holds only before the data are seen, and
so do predictions. A scale set beforehand is undone by the fit: `multiplier` is refused. An output
without spread, or not finite, is left alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from resweep.experiment import Experiment
from resweep.nets.schemes import _scales_set, _shortcut
from resweep.nets.schemes.orthogonal import draw, variance

if TYPE_CHECKING:
    import torch
    from torch import Tensor
    from torch.nn import Module

    from resweep.nets.foreign.tree import Tree
    from resweep.nets.foreign.wrapped import Foreign
    from resweep.nets.network import Branch, ResNet

__all__ = ["adapt", "check", "draw", "on_modules", "variance"]

TOLERANCE = 0.1
TRIES = 10


def check(experiment: Experiment) -> None:
    """Raise UsageError for a scale set beforehand, which the fit would undo."""
    _scales_set.refuse(experiment, "which sets every scale from the data", "orthogonal")


def on_modules(tree: Tree, experiment: Experiment) -> None:
    """Set nothing: `adapt` rescales the modules of the branches."""


def adapt(
    net: ResNet | Foreign,
    experiment: Experiment,
    images: Tensor,
    labels: Tensor,
    generator: torch.Generator,
) -> None:
    """Run one forward pass in which each convolution is rescaled just before it is used."""
    import torch

    with torch.no_grad():
        if experiment.foreign:
            _adapt_modules(cast("Foreign", net), images)
        else:
            _adapt_blocks(cast("ResNet", net), images)


def _adapt_blocks(net: ResNet, images: Tensor) -> None:
    from resweep.nets import kernels

    branches = _shortcut.branches(net)
    for branch in branches:
        vars(branch)["conv"] = partial(_rescaled, branch)
    try:
        states = net.states(images)
        for branch in branches:
            z = next(states)
            if "gate" in dict(branch.named_parameters()):
                gate = cast("Tensor", branch.gate)
                _to_unit_spread(gate, partial(kernels.convolution, z, gate))
        next(states)
    finally:
        for branch in branches:
            del vars(branch)["conv"]


def _adapt_modules(net: Foreign, images: Tensor) -> None:
    """Rescale the module of each weight in a branch when it is called, and call it again."""

    def rescaled(module: Module, inputs: tuple[Any, ...], output: Any) -> Any:
        _to_unit_spread(cast("Tensor", module.weight), partial(module.forward, *inputs))
        return module.forward(*inputs)

    handles = []
    for name in net.tree.sites:
        module = net.tree.model.get_submodule(net.tree.matrices[name].module)
        if name.endswith("weight") and not name.endswith("proj_weight"):
            handles.append(module.register_forward_hook(rescaled))
    try:
        net(images)
    finally:
        for handle in handles:
            handle.remove()


def _rescaled(branch: Branch, i: int, x: Tensor, **options: Any) -> Tensor:
    """Return the branch's own convolution i of x, once its output has unit standard deviation."""
    conv = partial(type(branch).conv, branch, i, x)
    _to_unit_spread(branch.weights[i], conv)
    return conv(**options)


def _to_unit_spread(weight: Tensor, output: Callable[[], Tensor]) -> None:
    """Rescale a weight until the output that it determines has standard deviation 1."""
    from resweep.nets.probes._numbers import widened

    for _ in range(TRIES):
        std = widened(output()).std(correction=0).item()
        if abs(std - 1) <= TOLERANCE or not 0 < std < math.inf:
            return
        weight.div_(std)
