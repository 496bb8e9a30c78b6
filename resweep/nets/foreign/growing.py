"""Growing the tree of a network: what is called in one forward pass, and what its sums close.

The pass shows which sums close a shortcut and which weights lie in the branches (`blocks.py`), and
in which order modules are called. Nothing of the network is changed.
"""

from collections.abc import Callable, Sequence
from typing import Any

from torch import Tensor, nn

from resweep.errors import NoNetworkError
from resweep.nets.foreign.blocks import Block, Found, Watch, meant, unmatched
from resweep.nets.foreign.calls import Call
from resweep.nets.foreign.fans import Matrix, matrices
from resweep.nets.foreign.inputs import Batch, call
from resweep.nets.foreign.lineage import Residual
from resweep.nets.foreign.trace import Trace
from resweep.nets.foreign.tree import NORMS, Tree
from resweep.nets.foreign.untouched import untouched
from resweep.nets.sites import Site


def grow(model: nn.Module, batch: Batch, globs: Sequence[str] = ()) -> Tree:
    """Return the tree of `model`, from one forward pass over `batch` that leaves no trace.

    `globs` name the modules that are measured as its blocks; schemes follow what is found.

    Raises NoNetworkError where no module that they name is called, where one lies in another, and
    where one has no weight.
    """
    with untouched(model) as bare:
        watch = Events(bare.model)
        with watch.calls.watched(), Trace(bare.model, watch.summed, bare.written) as trace:
            trace.begin(batch)
            call(bare.model, batch)
        inner = bare.model
    found = watch.found()
    known = {matrix.name: matrix for matrix in matrices(inner)}
    if found.how != "sums":
        found = Found(found.how, tuple(_with_weights(found.blocks, known)))
    sites = _sites(found.blocks, known)
    owners = {matrix.module: name for name, matrix in known.items()}
    called = [owners[event] for event in watch.events if event in owners]
    head = called[-1] if called and (called[-1] not in sites or found.how != "sums") else ""
    if found.how != "sums":
        sites.pop(head, None)
    norms = tuple(
        _last_norm(n, block, watch, inner, owners) for n, block in enumerate(found.blocks)
    )
    measured = found
    if globs:
        measured = _named(watch, globs, known)
    return Tree(inner, batch, found, known, sites, head, norms, measured)


class Events(Watch):
    """The sums and calls of one forward pass in their order."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__(model, ())
        self.events: list[str | int] = []  # the name of a module that is called, or a sum's number

    def entered(self, call: Call, inputs: tuple[Any, ...]) -> None:
        """Take in a call that begins."""
        super().entered(call, inputs)
        self.events.append(call.name)

    def summed(
        self, residual: Residual, shortcut: Tensor, branch: Tensor
    ) -> Callable[[int, Tensor], None]:
        """Take in a residual sum."""
        self.events.append(len(self.sums))
        return super().summed(residual, shortcut, branch)


def _with_weights(blocks: Sequence[Block], known: dict[str, Matrix]) -> list[Block]:
    """The blocks that have weights, with their names in place of what only sums tell."""
    kept = []
    for block in blocks:
        inside = []
        for name, matrix in known.items():
            if matrix.module == block.module or matrix.module.startswith(f"{block.module}."):
                inside.append(name)
        if inside:
            kept.append(
                Block(
                    block.name, block.module, block.kind, tuple(inside), (inside[0],), (inside[-1],)
                )
            )
    return kept


def _sites(blocks: Sequence[Block], known: dict[str, Matrix]) -> dict[str, Site]:
    """Where each weight of the branches sits; a weight that is used twice where it is first.

    Weights that all read the stream, as queries, keys and values do, share the first place, those
    that all write to it the last; between them each has a place of its own.
    """
    sites: dict[str, Site] = {}
    for number, block in enumerate(blocks):
        between = [n for n in block.matrices if n not in block.first and n not in block.last]
        ends = 1 if set(block.first) & set(block.last) else 2
        length = len(between) + ends
        for name in block.matrices:
            if name not in known or name in sites:
                continue
            place = 0
            if name in block.last:
                place = length - 1
            elif name in between:
                place = 1 + between.index(name)
            matrix = known[name]
            sites[name] = Site(matrix.fan_in, matrix.fan_out, len(blocks), number, place, length)
    return sites


def _last_norm(
    number: int, block: Block, watch: Events, model: nn.Module, owners: dict[str, str]
) -> str:
    """The norm that is called behind the last weight of a branch and before its sum."""
    if number not in watch.events:
        return ""
    before = watch.events[: watch.events.index(number)]
    behind = None
    for at, event in enumerate(before):
        if isinstance(event, str) and owners.get(event) in block.last:
            behind = at + 1
    for event in before[behind:] if behind else ():
        if isinstance(event, int) or event in owners:
            return ""
        if isinstance(model.get_submodule(event), NORMS):
            return event
    return ""


def _named(watch: Events, globs: Sequence[str], known: dict[str, Matrix]) -> Found:
    """The blocks that globs name, with their weights."""
    calls = [name for name in watch.events if isinstance(name, str)]
    called = frozenset(calls)
    chosen = [name for name in calls if meant(name, globs, called)]
    if not chosen:
        raise NoNetworkError(f"blocks_at: {unmatched(globs, calls)}")
    for name in chosen:
        inside = [other for other in chosen if other.startswith(f"{name}.")]
        if inside:
            raise NoNetworkError(f"blocks_at: {inside[0]} lies in {name}: name one of them alone")
    blocks = [Block(name, name, "module") for name in chosen]
    kept = _with_weights(blocks, known)
    if len(kept) < len(blocks):
        empty = next(b.name for b in blocks if b.name not in {k.name for k in kept})
        raise NoNetworkError(
            f"blocks_at: {empty} has no weight of its own: name modules with weights"
        )
    return Found("globs", tuple(kept))
