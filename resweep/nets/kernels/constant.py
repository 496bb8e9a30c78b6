"""Functions whose answer torch.compile may take for a constant."""

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def constant(function: F) -> F:
    """`torch.compiler.assume_constant_result(function)`, which would import the compiler: seconds of every start."""
    function._dynamo_marked_constant = True  # type: ignore[attr-defined]
    return function
