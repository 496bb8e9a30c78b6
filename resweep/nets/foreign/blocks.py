"""Finds the blocks of any module: by globs, else by its residual sums, else its children.

    globs       the modules whose names match, as fnmatch reads them, by call; what lies in one that
                the same glob matches is a part of it: `layer*.*` means layer1.0, not layer1.0.conv1
    sums        one block for each residual sum of a forward pass (see `lineage.py`), named by the
                module whose code makes the sum
    children    the top-level children that are called, where there is no residual sum

A module that is called twice counts twice: `layer:1`, `layer:2`.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import accumulate
from typing import Any, Literal

from torch import Tensor, nn

from resweep.errors import UsageError
from resweep.nets.foreign.calls import Call, Calls
from resweep.nets.foreign.inputs import Batch, call
from resweep.nets.foreign.lineage import Residual
from resweep.nets.foreign.trace import Trace
from resweep.nets.foreign.untouched import untouched
from resweep.numerals import counted

SHOWN = 6  # names of modules that a refusal lists

How = Literal["globs", "sums", "children"]


@dataclass(frozen=True)
class Block:
    """One block of a network.

    name        the call of the module that makes it, with `#2` where a module makes several sums
    module      that module's name
    kind        `identity` or `projected` for residual sums, `module` for others
    matrices    names of the weights in the branch, in order of execution; of the sums alone
    first       those that read the stream; last: those that write to it
    """

    name: str
    module: str
    kind: Literal["identity", "projected", "module"]
    matrices: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    last: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """The blocks of a network in the order of execution, and how they were found."""

    how: How
    blocks: tuple[Block, ...]

    @property
    def said(self) -> str:
        """How the blocks were found, in words."""
        ways = {
            "globs": "the modules that were named",
            "sums": "its residual sums",
            "children": "its top-level children: no residual sum was found",
        }
        return f"{counted(len(self.blocks), 'block')}, {ways[self.how]}"


def find(model: nn.Module, batch: Batch, globs: Sequence[str] = ()) -> Found:
    """Return the blocks of `model`, from one forward pass over `batch` that leaves no trace.

    Raises UsageError where globs match no module that is called. What the model raises is passed
    on.
    """
    with untouched(model) as bare:
        watch = Watch(bare.model, globs)
        with watch.calls.watched(), Trace(bare.model, watch.summed, bare.written) as trace:
            trace.begin(batch)
            call(bare.model, batch)
        return watch.found()


def unmatched(globs: Sequence[str], names: Iterable[str]) -> str:
    """The words for globs that match none of the modules of these names."""
    known = list(dict.fromkeys(filter(None, names)))
    more = ", ..." if len(known) > SHOWN else ""
    return (
        f"no module that is called matches {' '.join(globs)}: "
        f"there are {', '.join(known[:SHOWN])}{more}"
    )


def meant(name: str, globs: Sequence[str], called: Collection[str]) -> bool:
    """Whether a glob means the module of this name, and not one of those `called` around it."""
    around = list(accumulate(name.split("."), "{}.{}".format))[:-1]
    for glob in globs:
        outer = [other for other in around if other in called and fnmatchcase(other, glob)]
        if name and fnmatchcase(name, glob) and not outer:
            return True
    return False


class Watch:
    """Collects the sums and the calls of one forward pass."""

    def __init__(self, model: nn.Module, globs: Sequence[str]) -> None:
        self.globs = tuple(globs)
        self.calls = Calls(model, entered=self.entered)
        self.sums: list[tuple[Call, Residual]] = []
        self.seen: set[str] = set()  # names of the modules that were called
        self.named: list[Call] = []
        self.children: list[Call] = []

    def entered(self, call: Call, inputs: tuple[Any, ...]) -> None:
        """Take in a call that begins."""
        self.seen.add(call.name)
        if meant(call.name, self.globs, self.seen):
            self.named.append(call)
        if call.name and "." not in call.name:
            self.children.append(call)

    def summed(
        self, residual: Residual, shortcut: Tensor, branch: Tensor
    ) -> Callable[[int, Tensor], None]:
        """Take in a residual sum."""
        self.sums.append((self.calls.innermost, residual))
        return lambda node, out: None

    def found(self) -> Found:
        """Return the blocks, when the pass is done."""
        if self.globs:
            if not self.named:
                names = [name for name, _ in self.calls.model.named_modules()]
                raise UsageError(f"--blocks-at: {unmatched(self.globs, names)}")
            return Found("globs", self._of_calls(self.named))
        if self.sums:
            return Found("sums", self._of_sums())
        return Found("children", self._of_calls(self.children))

    def _of_calls(self, calls: Sequence[Call]) -> tuple[Block, ...]:
        return tuple(Block(self.calls.label(c), c.name, "module") for c in calls)

    def _of_sums(self) -> tuple[Block, ...]:
        makers = [call for call, _ in self.sums]
        seen: dict[Call, int] = {}
        blocks = []
        for maker, residual in self.sums:
            seen[maker] = seen.get(maker, 0) + 1
            name = self.calls.label(maker)
            if makers.count(maker) > 1:
                name += f"#{seen[maker]}"
            parts = residual.matrices, residual.first, residual.last
            blocks.append(Block(name, maker.name, residual.kind, *parts))
        return tuple(blocks)
