"""The states of somebody else's network on a probe batch, as the probes read them.

z_l is the sum that closes block l, or what the code makes of it in place, and z_0 what the first
block is called with. Where there are no residual sums, or modules were named as blocks, z_l is what
block l returns. Dropout is off.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn

from resweep.errors import UsageError
from resweep.nets.foreign.blocks import Watch
from resweep.nets.foreign.calls import Call
from resweep.nets.foreign.lineage import Residual
from resweep.nets.foreign.outputs import first_tensor
from resweep.nets.foreign.trace import Trace
from resweep.nets.foreign.untouched import RATES
from resweep.nets.foreign.wrapped import Foreign
from resweep.nets.probes._start import Pass, Start, quiet

INSIDE = "module."  # what torch puts before the names of a wrapped network's parameters


class ForeignStart(Start):
    """One forward pass of a network that is not built in, for all probes."""

    rescales = False

    @property
    def foreign(self) -> Foreign:
        """The network, under its own type."""
        assert isinstance(self.net, Foreign)
        return self.net

    @property
    def weights(self) -> list[tuple[str, ...]]:
        """The names of the weights of every block, in the order in which they are applied."""
        named = []
        for block in self.foreign.tree.measured.blocks:
            named.append(tuple(f"{INSIDE}{name}" for name in block.matrices))
        return named

    def of_branch(self, name: str) -> bool:
        """Whether a parameter of this name is a weight or a scalar of a block."""
        return self.foreign.tree.in_branch(name.removeprefix(INSIDE))

    @property
    def coupled(self) -> bool:
        """Whether the network normalizes over its batch."""
        return self.foreign.tree.batch_normalized

    def passed(self, images: Tensor) -> Pass:
        """Return what other images, or fewer, give, with a graph of their own."""
        watch = States(self.foreign)
        if not images.requires_grad:
            images = images.detach().requires_grad_()
        images = images * 1  # a first state may be the images themselves, and some write into them
        with (
            quiet(self.net),
            undropped(self.net),
            watch.calls.watched(),
            Trace(watch.calls.model, watch.summed) as trace,
        ):
            trace.begin(images)
            logits = self.net(images)
        return Pass(watch.states(), logits)


class States(Watch):
    """Collects z_0 .. z_L of one forward pass."""

    def __init__(self, net: Foreign) -> None:
        super().__init__(net.module, ())
        self.measured = net.tree.measured
        self.modules = {block.module for block in self.measured.blocks}
        self.first: list[Tensor] = []
        self.made: list[Tensor] = []
        self.inputs: dict[Call, tuple[Any, ...]] = {}
        self.calls.left = self.returned

    def entered(self, call: Call, inputs: tuple[Any, ...]) -> None:
        """Take in a call that begins."""
        super().entered(call, inputs)
        self.inputs[call] = inputs

    def summed(
        self, residual: Residual, shortcut: Tensor, branch: Tensor
    ) -> Callable[[int, Tensor], None]:
        """Take in a residual sum."""
        keep = super().summed(residual, shortcut, branch)
        if self.measured.how != "sums":
            return keep
        if not self.first:
            given = self.inputs.get(self.calls.innermost, ())
            self.first = [shortcut]
            if residual.kind == "projected" and given and isinstance(given[0], Tensor):
                self.first = [given[0]]

        def made(node: int, out: Tensor) -> None:
            keep(node, out)
            self.made.append(out)

        return made

    def returned(self, call: Call, output: Any) -> None:
        """Take in what a call returns."""
        if self.measured.how == "sums" or call.name not in self.modules:
            return
        if not self.first:
            self.first = [first_tensor(self.inputs[call])]
        self.made.append(first_tensor(output))

    def states(self) -> list[Tensor]:
        """Return the states when the pass is done.

        Raises UsageError where one was overwritten by another.
        """
        states = [*self.first, *self.made]
        if len({id(z) for z in states}) < len(states):
            raise UsageError(
                "the network adds to its stream in place, so that earlier states are lost: "
                "write x = x + f(x) in place of x += f(x)"
            )
        return states


@contextmanager
def undropped(net: nn.Module) -> Iterator[None]:
    """Let nothing be dropped within the context: modules that do are in evaluation mode."""
    dropping = [m for m in net.modules() if any(kind in type(m).__name__ for kind in RATES)]
    modes = [module.training for module in dropping]
    try:
        for module in dropping:
            module.training = False
        yield
    finally:
        for module, mode in zip(dropping, modes, strict=True):
            module.training = mode
