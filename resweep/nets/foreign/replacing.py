"""A drawn gradient sent back from the last state in the very pass in which the loss sends none.

Behind a last weight of 0 the gradient of the loss is exactly 0, and so is everything that a
backward pass makes of it. Where the last state is the only way by which the loss reaches what lies
behind it, that part of the pass is free for a gradient that shows the blocks: what the loss would
have left there is known to be 0.
"""

from collections.abc import Callable, Iterable

from torch import Tensor
from torch.autograd.graph import GradientEdge, Node

from resweep.nets.foreign.returning import CUSTOM


class Replacement:
    """Replaces the gradient that comes to a state by a drawn one, if it is exactly 0.

    Arguments:
        start: the node of the loss.
        at: where the gradient of the state comes by.
        read: the nodes of all states that are read.
        draw: makes the gradient, which is told to `drawn` before it is sent on.

    `done` says whether it was replaced; `reached` are then the ids of the parameters to which the
    loss sends its own gradient.
    """

    def __init__(
        self,
        start: Node,
        at: GradientEdge,
        read: Iterable[Node],
        draw: Callable[[], Tensor],
        drawn: Callable[[Tensor], None],
    ) -> None:
        self.start, self.at, self.read = start, at, set(read)
        self.draw, self.drawn = draw, drawn
        self.done = False
        self.reached: set[int] = set()
        at.node.register_prehook(self._come)

    def _come(self, gradients: tuple[Tensor | None, ...]) -> tuple[Tensor | None, ...] | None:
        number = self.at.output_nr
        own = gradients[number]
        if own is None or any(g is not None and bool(g.any()) for g in gradients):
            return None
        before = behind([self.start], until=self.at.node)
        after = behind(following(self.at.node))
        if self.at.node not in before or before & after or len(before & self.read) > 1:
            return None
        if any(isinstance(node, CUSTOM) for node in before):
            return None  # it may call the engine for parts of the graph that are not seen here
        self.done = True
        self.reached = {id(getattr(node, "variable", None)) for node in before}
        fresh = self.draw()
        self.drawn(fresh)
        return (*gradients[:number], fresh, *gradients[number + 1 :])


def following(node: Node) -> list[Node]:
    """The nodes to which a node sends gradients."""
    return [other for other, _ in node.next_functions if other is not None]


def behind(starts: Iterable[Node], until: Node | None = None) -> set[Node]:
    """These nodes and all that gradients of theirs come to, not looking past `until`."""
    waiting = list(starts)
    seen = set(waiting)
    while waiting:
        node = waiting.pop()
        if node is until:
            continue
        fresh = [other for other in following(node) if other not in seen]
        seen.update(fresh)
        waiting.extend(fresh)
    return seen
