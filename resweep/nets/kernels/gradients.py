"""Which gradients a backward pass is asked for.

A custom operator knows which of its inputs can have a gradient, but not which of these the present
`torch.autograd.grad` wants: without a word it computes the weights' for nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager

_weights = True


def weights_wanted() -> bool:
    """Whether gradients of weights and biases are to be computed."""
    return _weights


@contextmanager
def of_states_only() -> Iterator[None]:
    """Inside the `with` block backward passes are asked for gradients of states alone."""
    global _weights
    before, _weights = _weights, False
    try:
        yield
    finally:
        _weights = before
