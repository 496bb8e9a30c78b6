"""Sends gradients back from a loss, to no more than is read of them.

The batch has a gradient so that a state that is the batch itself can be read. Where every state
that is read follows from a trained parameter, nobody reads that gradient, and the first layer is
spared the work of making it.
"""

from collections.abc import Iterable, Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.autograd.graph import Node

ACCUMULATE = "AccumulateGrad"
CUSTOM = torch.autograd.function.BackwardCFunction


def send_back(value: Tensor, trained: Mapping[str, nn.Parameter], read: Sequence[Node]) -> None:
    """Send the gradient of a scalar back, past all nodes of its graph that are `read`.

    The gradients of the parameters that are `trained` are gathered in them.
    """
    parameters = list(trained.values())
    assert value.grad_fn is not None
    if parameters and _all_follow(read, parameters) and not _custom(value.grad_fn):
        torch.autograd.backward(value, inputs=parameters)
    else:
        value.backward()


def _all_follow(read: Iterable[Node], parameters: Sequence[nn.Parameter]) -> bool:
    """Whether behind each of these nodes there is one of these parameters."""
    ends = {id(parameter) for parameter in parameters}
    known: dict[Node, bool] = {}
    return all(_follows(node, ends, known) for node in read)


def _follows(start: Node, ends: set[int], known: dict[Node, bool]) -> bool:
    waiting, seen = [start], {start}
    while waiting:
        node = waiting.pop()
        if known.get(node) or id(getattr(node, "variable", None)) in ends:
            known[start] = True
            return True
        fresh = [n for n, _ in node.next_functions if n is not None and n not in seen]
        seen.update(fresh)
        waiting.extend(fresh)
    return False


def _custom(start: Node) -> bool:
    """Whether a function that was written in Python is behind a node.

    One may call the engine itself, as reentrant checkpoints do, which then refuse chosen leaves.
    """
    waiting, seen = [start], {start}
    while waiting:
        node = waiting.pop()
        if isinstance(node, CUSTOM):
            return True
        fresh = [n for n, _ in node.next_functions if n is not None and n not in seen]
        seen.update(fresh)
        waiting.extend(fresh)
    return False
