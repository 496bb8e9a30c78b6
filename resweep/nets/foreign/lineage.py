"""Which values of a forward pass follow from which, and which of its sums close a shortcut.

A node is what a storage holds between two writes to it, numbered in the order of execution, so that
parents have smaller numbers. Views share the node of their storage. A contraction is a product that
mixes features (convolution, matrix product, attention); what lies between contractions carries the
values on: activations, normalization, pooling, gates, reshaping.

A residual sum is one whose operands differ in depth behind a common ancestor z: the shortcut
carries z (or its projection by fewer contractions), the branch is F(z).

    identity    the shortcut is an ancestor of the branch, or z is carried into it:
                x + F(x), and gates such as T F(x) + (1 - T) x
    projected   fewer contractions lie on the shortcut than in the branch: conv1x1(x) + F(x)

Sums whose operands are equally deep are none: rotary embeddings, parallel branches, x + 0.04 x^3.
"""

import heapq
from dataclasses import dataclass, field
from typing import Literal

WINDOW = 64  # nodes before the nearest common ancestor in which a gate's shortcut may begin

Kind = Literal["identity", "projected"]


@dataclass(frozen=True)
class Residual:
    """A residual sum: its nodes, and the parameters that its branch passes through.

    origin      the node z that shortcut and branch both come from
    shortcut    0 or 1: which of the two operands is the shortcut
    matrices    the weights of the branch in order of execution, by name
    first       those that read z with no other matrix between
    last        those behind which no other matrix follows before the sum
    """

    kind: Kind
    origin: int
    shortcut: int
    matrices: tuple[str, ...]
    first: tuple[str, ...]
    last: tuple[str, ...]


@dataclass
class Node:
    """A value: where it comes from, and the matrices that were applied to make it.

    `ancestors` has bit i set where node i is an ancestor, or the node itself.
    """

    parents: tuple[int, ...]
    ancestors: int
    contraction: bool = False
    matrices: tuple[str, ...] = ()


@dataclass
class Lineage:
    """The nodes of one forward pass that follow from its input."""

    nodes: list[Node] = field(default_factory=list)

    def add(
        self, parents: tuple[int, ...], contraction: bool = False, matrices: tuple[str, ...] = ()
    ) -> int:
        """Return the number of a new node."""
        number = len(self.nodes)
        ancestors = 1 << number
        for parent in parents:
            ancestors |= self.nodes[parent].ancestors
        self.nodes.append(Node(parents, ancestors, contraction, matrices))
        return number

    def follows(self, node: int, earlier: int) -> bool:
        """Whether `earlier` is an ancestor of `node`, or the node itself."""
        return bool(self.nodes[node].ancestors >> earlier & 1)

    def depths(self, node: int, floor: int) -> dict[int, int]:
        """Return the least number of contractions between each ancestor and `node`.

        Ancestors before `floor` are left out.
        """
        depth = {node: 0}
        waiting = [-node]
        while waiting:
            at = -heapq.heappop(waiting)
            behind = depth[at] + self.nodes[at].contraction
            for parent in self.nodes[at].parents:
                if parent < floor:
                    continue
                if parent not in depth:
                    heapq.heappush(waiting, -parent)
                depth[parent] = min(behind, depth.get(parent, behind))
        return depth

    def carried(self, node: int, earlier: int) -> bool:
        """Whether `earlier` reaches `node` past no contraction."""
        return self.follows(node, earlier) and self.depths(node, earlier)[earlier] == 0

    def residual(self, left: int, right: int) -> Residual | None:
        """Return what the sum of two nodes closes; None where it is no residual sum."""
        for shortcut, (carried, branch) in enumerate(((left, right), (right, left))):
            if carried != branch and self.follows(branch, carried):
                if self.depths(branch, carried)[carried] == 0:
                    return None
                return self._residual("identity", carried, shortcut, branch)
        common = self.nodes[left].ancestors & self.nodes[right].ancestors
        if not common:
            return None
        nearest = common.bit_length() - 1
        floor = max(0, nearest - WINDOW)
        ways = self.depths(left, floor), self.depths(right, floor)
        for origin in sorted(ways[0].keys() & ways[1].keys(), reverse=True):
            found = ways[0][origin], ways[1][origin]
            if min(found) == 0 < max(found):
                shortcut = found.index(0)
                return self._residual("identity", origin, shortcut, (right, left)[shortcut])
        found = ways[0][nearest], ways[1][nearest]
        if found[0] == found[1]:
            return None
        shortcut = found.index(min(found))
        return self._residual("projected", nearest, shortcut, (right, left)[shortcut])

    def _residual(self, kind: Kind, origin: int, shortcut: int, branch: int) -> Residual:
        """Gather the matrices on the ways from `origin` to `branch`."""
        inside = sorted(n for n in self.depths(branch, origin) if self.follows(n, origin))
        before = {origin: 0}  # the fewest matrices between the origin and a node, its own included
        after = dict.fromkeys(inside, len(self.nodes))  # the fewest between a node and the sum
        after[branch] = 0
        for n in inside:
            if n != origin:
                ways = [before[p] for p in self.nodes[n].parents if p in before]
                before[n] = min(ways) + bool(self.nodes[n].matrices)
        for n in reversed(inside):
            behind = after[n] + bool(self.nodes[n].matrices)
            for parent in self.nodes[n].parents:
                if parent in after:
                    after[parent] = min(after[parent], behind)
        applied = [n for n in inside if n != origin and self.nodes[n].matrices]
        return Residual(
            kind,
            origin,
            shortcut,
            matrices=self._names(applied),
            first=self._names([n for n in applied if before[n] == 1]),
            last=self._names([n for n in applied if after[n] == 0]),
        )

    def _names(self, nodes: list[int]) -> tuple[str, ...]:
        names: dict[str, None] = {}
        for n in nodes:
            names.update(dict.fromkeys(self.nodes[n].matrices))
        return tuple(names)
