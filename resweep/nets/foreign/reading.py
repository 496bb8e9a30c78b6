"""Reads the signal and the gradient of every block in one forward and one backward pass.

Statistics are taken while the passes run, in float64, and no activation is kept for them. With
L blocks, index 0 is what enters the first block and index l what leaves block l:

    forward_mean, forward_second_moment, forward_variance       of the state z_l, [L+1]
    gradient_second_moment     E[d_l^2] / E[d_L^2] of d_l = dE/dz_l, [L+1]
    backward_second_moment     the same for d_L drawn standard normal instead, which says nothing of
                               the loss: in its place where `drawn` is asked for
    branch_ratio               E[F_l^2] / E[s_l^2] of the branch and the shortcut, [L]; sums alone
    grad_norm                  ||dE/dW||_F over the weights that write to the stream, [L]; over all
                               weights of the block where it is no residual sum
    grad_weight_ratio          grad_norm / ||W||_F, [L]

`log10_...` are the logarithms. The state behind a residual sum is what the next block takes as its
shortcut, else the output of the module that makes the sum, if it only carries the sum on; else the
sum itself. With an activation behind the sum (x = relu(x + F(x))) that is the activated value.

A state that was computed inside a reentrant checkpoint has no gradient to read: nan.
"""

import math
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.graph import GradientEdge, get_gradient_edge
from torch.overrides import TorchFunctionMode

from resweep.nets.foreign.blocks import Block, Found, Watch
from resweep.nets.foreign.calls import Call
from resweep.nets.foreign.inputs import Batch, call, differentiable
from resweep.nets.foreign.lineage import Residual
from resweep.nets.foreign.losses import Loss, scalar
from resweep.nets.foreign.returning import send_back
from resweep.nets.foreign.statistics import NOTHING, Moments, length, moments
from resweep.nets.foreign.trace import Trace, tensors
from resweep.nets.foreign.untouched import untouched
from resweep.nets.probes._numbers import log10, ratio
from resweep.nets.streams import generator

Series = tuple[float, ...]
Place = tuple[int, int]  # a node and how many of its values
Shape = tuple[torch.Size, torch.dtype, torch.device]

ADDITIONS = ("add", "add_", "__add__", "__iadd__", "__radd__")
DROPOUTS = ("dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "dropout_")
ATTENTION = "scaled_dot_product_attention"


@dataclass(frozen=True)
class Reading:
    """What one forward and one backward pass show.

    found       the blocks
    loss        the value that gradients are taken of
    profiles    series over the blocks by name, see the top of this file
    gradients   ||dE/dw|| of each parameter that is trained, by name; None where no gradient comes
    """

    found: Found
    loss: float
    profiles: dict[str, Series]
    gradients: dict[str, float | None]


def read(
    model: nn.Module,
    batch: Batch,
    *,
    globs: Sequence[str] = (),
    loss: Loss = "cross-entropy",
    labels: Tensor | None = None,
    drawn: bool = False,
    seed: int = 0,
) -> Reading:
    """Return the reading of `model` on `batch`, which leaves the model as it was.

    Arguments:
        model: any module; wrappers of torch.compile, DataParallel and DistributedDataParallel are
            looked into. It is read in training mode without dropout.
        batch: a tensor, a tuple of arguments or a mapping of keywords.
        globs: names of the modules that are blocks; else they are found (see `blocks.py`).
        loss, labels: see `losses.scalar`.
        drawn: send a standard normal gradient back from z_L in place of the loss's. The gradients
            of the weights are then those of the sum of its products with z_L.
        seed: of the labels that are drawn where none are given, and of that gradient.

    Raises UsageError for sharded parameters, globs that match nothing and outputs that the loss
    does not fit. What the model raises is passed on.
    """
    with untouched(model) as bare:
        reader, batch = Reader(bare.model, globs), differentiable(batch)
        with ExitStack() as watched:
            watched.enter_context(reader.calls.watched())
            trace = watched.enter_context(Trace(bare.model, reader.summed, bare.written))
            reader.trace = trace
            watched.enter_context(Hooks(reader))
            trace.begin(batch)
            output = call(bare.model, batch)
        found = reader.found()
        value = scalar(output, loss, labels, generator(seed, "labels"))
        del output
        if drawn:
            reader.send_back(found, generator(seed, "moments"))
        elif value.requires_grad:
            send_back(value, bare.trained, [at.node for at, _ in reader.edges.values()])
        gradients = {name: _norm(p.grad) for name, p in bare.trained.items()}
        profiles = reader.profiles(found, drawn)
        profiles |= _of_weights(found, gradients, bare.parameters)
        return Reading(found, value.item(), profiles, gradients)


def _norm(gradient: Tensor | None) -> float | None:
    if gradient is None:
        return None
    return length(gradient.coalesce().values() if gradient.is_sparse else gradient)


def _of_weights(
    found: Found, gradients: dict[str, float | None], parameters: dict[str, nn.Parameter]
) -> dict[str, Series]:
    """The gradient norms and the gradient/weight ratios of the blocks."""
    sizes, norms = [], []
    weights = {name: p for name, p in parameters.items() if p.dim() > 1}
    for block in found.blocks:
        names = [n for n in _weights_of(block, weights) if gradients.get(n) is not None]
        norms.append(math.hypot(*(gradients[n] or 0.0 for n in names)) if names else math.nan)
        sizes.append(math.hypot(*(length(weights[n]) for n in names)) if names else math.nan)
    ratios = tuple(ratio(g, w) for g, w in zip(norms, sizes, strict=True))
    logs = tuple(log10(g) for g in norms)
    return {"grad_norm": tuple(norms), "log10_grad_norm": logs, "grad_weight_ratio": ratios}


def _weights_of(block: Block, weights: dict[str, nn.Parameter]) -> Sequence[str]:
    """The weights that write to the stream; all of a block that is no residual sum."""
    if block.kind != "module":
        return [name for name in block.last if name in weights]
    return [name for name in weights if name.startswith(f"{block.module}.")]


@dataclass
class Summed:
    """A residual sum as it was read: the call that made it, its parts and its value."""

    call: Call
    residual: Residual
    shortcut: Place
    branch: Moments
    out: Place | None = None
    output: Place | None = None  # of the module whose code made it, where it carries the sum on


class Reader(Watch):
    """Takes statistics of one forward pass, and of the gradients that come back through it."""

    trace: Trace

    def __init__(self, model: nn.Module, globs: Sequence[str]) -> None:
        super().__init__(model, globs)
        self.calls.left = self.left
        self.read: list[Summed] = []
        self.fresh: Summed | None = None  # the sum that was just made
        self.values: dict[Place, Moments] = {}
        self.gradients: dict[Place, Moments] = {}
        self.edges: dict[Place, tuple[GradientEdge, Shape]] = {}
        self.before: dict[Call, Place | None] = {}
        self.after: dict[Call, Place | None] = {}

    def state(self, tensor: Tensor) -> Place | None:
        """Read a value of the stream, once."""
        node = self.trace.node(tensor)
        if node is None:
            return None
        place = node, tensor.numel()
        if place not in self.values:
            self.values[place] = moments(tensor)
        return place

    def summed(
        self, residual: Residual, shortcut: Tensor, branch: Tensor
    ) -> Callable[[int, Tensor], None]:
        """Read the parts of a residual sum before it is made, and its value after."""
        super().summed(residual, shortcut, branch)
        place = self.state(shortcut)
        assert place is not None
        made = Summed(self.calls.innermost, residual, place, moments(branch))
        self.read.append(made)

        def finish(node: int, out: Tensor) -> None:
            made.out = self.state(out)
            self.fresh = made

        return finish

    def entered(self, call: Call, inputs: tuple[Any, ...]) -> None:
        """Read what enters a module that may be a block."""
        super().entered(call, inputs)
        if self._may_be_block(call):
            self.before[call] = self._read(inputs)

    def left(self, call: Call, output: Any) -> None:
        """Read what a module returns, if it may be a block or its code has made a sum."""
        if self._may_be_block(call):
            self.after[call] = self._read(output)
        own = [made for made in self.read if made.call is call]
        if own and own[-1].out is not None:
            self._carry(own[-1], output)

    def _may_be_block(self, call: Call) -> bool:
        return call in self.named or bool(self.children and self.children[-1] is call)

    def _carry(self, made: Summed, output: Any) -> None:
        """Take the output of the module for the sum's state, if it carries the sum on."""
        value = next(tensors(output), None)
        node = None if value is None else self.trace.node(value)
        assert made.out is not None
        if value is None or node is None or value.numel() != made.out[1]:
            return
        if self.trace.lineage.carried(node, made.out[0]):
            made.output = self._read(value)

    def _read(self, values: Any) -> Place | None:
        """Read the first tensor of floating-point numbers, and the gradient that comes to it."""
        for tensor in tensors(values):
            if tensor.is_floating_point():
                self.trace.paused = True
                try:
                    place = self.state(tensor)
                finally:
                    self.trace.paused = False
                self.watch(place, edge(tensor), tensor)
                return place
        return None

    def watch(self, place: Place | None, at: GradientEdge | None, value: Tensor) -> None:
        """Read the gradient that comes to a value by an edge of the graph, when it comes."""
        if place is None or at is None or place in self.edges:
            return
        self.edges[place] = at, (value.shape, value.dtype, value.device)
        function, number = at.node, at.output_nr

        def come(gradients: tuple[Tensor | None, ...]) -> None:
            gradient = gradients[number]
            if gradient is not None:
                self.gradients[place] = moments(gradient)

        function.register_prehook(come)

    def send_back(self, found: Found, normal: torch.Generator) -> None:
        """Send a standard normal gradient back from the last state."""
        place = self._places(found)[-1]
        if place is None or place not in self.edges:
            return
        at, (shape, dtype, device) = self.edges[place]
        draw = torch.empty(shape, dtype=torch.float64).normal_(generator=normal)
        torch.autograd.backward((at,), (draw.to(dtype).to(device),))

    def profiles(self, found: Found, drawn: bool = False) -> dict[str, Series]:
        """Return the series over the blocks, when both passes are done."""
        way = "backward" if drawn else "gradient"
        places = self._places(found)
        values = [self.values.get(p, NOTHING) if p else NOTHING for p in places]
        coming = [self.gradients.get(p, NOTHING) if p else NOTHING for p in places]
        last = next((g for g in reversed(coming) if not math.isnan(g.log10)), NOTHING)
        series = {
            "forward_mean": tuple(v.mean for v in values),
            "forward_second_moment": tuple(v.second for v in values),
            "forward_variance": tuple(v.second - v.mean**2 for v in values),
            "log10_forward_second_moment": tuple(v.log10 for v in values),
            f"{way}_second_moment": tuple(ratio(g.second, last.second) for g in coming),
            f"log10_{way}_second_moment": tuple(g.log10 - last.log10 for g in coming),
        }
        if found.how == "sums":
            shortcuts = [self.values[made.shortcut].log10 for made in self.read]
            branches = [made.branch.log10 for made in self.read]
            logs = tuple(b - s for b, s in zip(branches, shortcuts, strict=True))
            series["log10_branch_ratio"] = logs
            series["branch_ratio"] = tuple(_power(x) for x in logs)
        return series

    def _places(self, found: Found) -> list[Place | None]:
        """Where the states z_0 .. z_L are."""
        if found.how == "sums":
            return self._behind_sums()
        calls = self.named if found.how == "globs" else self.children
        return [self.before.get(calls[0]), *(self.after.get(c) for c in calls)] if calls else []

    def _behind_sums(self) -> list[Place | None]:
        places: list[Place | None] = [self.read[0].shortcut]
        for made, following in zip(self.read, [*self.read[1:], None], strict=True):
            assert made.out is not None
            if following is not None and following.residual.kind == "identity":
                node, size = following.shortcut
                if size == made.out[1] and self.trace.lineage.carried(node, made.out[0]):
                    places.append(following.shortcut)
                    continue
            places.append(made.output or made.out)
        return places


def edge(tensor: Tensor) -> GradientEdge | None:
    """Return where the gradient of a tensor comes by; None where it has no graph."""
    return get_gradient_edge(tensor) if tensor.grad_fn is not None else None


def _power(log: float) -> float:
    return math.inf if log > 308 else 10**log


class Hooks(TorchFunctionMode):
    """Sees the sums where they have a graph, above autograd, and lets nothing be dropped."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def __torch_function__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        kwargs = dict(kwargs or {})
        name = getattr(func, "__name__", "")
        if name in DROPOUTS:
            return args[0] if args else kwargs["input"]
        if name == ATTENTION:
            args, kwargs = _undropped(args, kwargs)
        edges: list[GradientEdge | None] = []
        if name in ADDITIONS:
            edges = [edge(a) if isinstance(a, Tensor) else None for a in args[:2]]
        out = func(*args, **kwargs)
        made, self.reader.fresh = self.reader.fresh, None
        if made is not None and isinstance(out, Tensor):
            self.reader.watch(made.out, edge(out), out)
            if len(edges) == 2:
                at = made.residual.shortcut
                self.reader.watch(made.shortcut, edges[1 - at if name == "__radd__" else at], out)
        return out


def _undropped(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The arguments of scaled_dot_product_attention without dropout, its fifth."""
    if len(args) > 4:
        return (*args[:4], 0.0, *args[5:]), kwargs
    return args, kwargs | {"dropout_p": 0.0}
