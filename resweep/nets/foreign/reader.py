"""Takes statistics of the states of one forward pass, and of the gradients that come back to them.

The statistics are those of `reading.py`, taken while the passes run.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.graph import GradientEdge, Node, get_gradient_edge

from resweep.nets.foreign.blocks import Found, Watch
from resweep.nets.foreign.calls import Call
from resweep.nets.foreign.lineage import Residual
from resweep.nets.foreign.replacing import Replacement
from resweep.nets.foreign.statistics import NOTHING, Moments, moments
from resweep.nets.foreign.trace import Trace, tensors
from resweep.nets.probes._numbers import ratio

Series = tuple[float, ...]
Place = tuple[int, int]  # a node and how many of its values
Shape = tuple[torch.Size, torch.dtype, torch.device]


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
        place = self._last(found)
        if place is not None:
            at, shape = self.edges[place]
            torch.autograd.backward((at,), (_normal(shape, normal),))

    def replacement(
        self, found: Found, value: Tensor, normal: torch.Generator
    ) -> Replacement | None:
        """Replace the gradient of the loss at the last state by such a one, if it will be 0."""
        place = self._last(found)
        if place is None or value.grad_fn is None:
            return None
        at, shape = self.edges[place]

        def drawn(gradient: Tensor) -> None:
            self.gradients = {place: moments(gradient)}

        draw = partial(_normal, shape, normal)
        return Replacement(value.grad_fn, at, self.nodes(found), draw, drawn)

    def nodes(self, found: Found) -> list[Node]:
        """Where the gradients of the states z_0 .. z_L come by; other values need none."""
        return [self.edges[p][0].node for p in self._places(found) if p in self.edges]

    def _last(self, found: Found) -> Place | None:
        """The last state, None where no gradient comes to it."""
        places = self._places(found)
        return places[-1] if places and places[-1] in self.edges else None

    @property
    def finite(self) -> bool:
        """Whether every gradient of a state that came is finite."""
        return all(math.isfinite(m.second) for m in self.gradients.values())

    def drawn_beside(self, found: Found) -> dict[str, Series]:
        """The series over the blocks where a drawn gradient came in place of one that was 0."""
        drawn = self.profiles(found, drawn=True)
        self.gradients.clear()
        of_loss = self.profiles(found)
        return of_loss | {name: series for name, series in drawn.items() if "backward" in name}

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


def _normal(like: Shape, normal: torch.Generator) -> Tensor:
    """A standard normal gradient of this shape, type and place."""
    shape, dtype, device = like
    draw = torch.empty(shape, dtype=torch.float64).normal_(generator=normal)
    return draw.to(dtype).to(device)


def _power(log: float) -> float:
    return math.inf if log > 308 else 10**log
