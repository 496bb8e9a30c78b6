"""Marks functions whose result torch.compile may treat as a constant."""

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def constant(function: F) -> F:
    """The same as `torch.compiler.assume_constant_result(function)`.

    That function imports the compiler, which would add seconds to every start.
    """
    function._dynamo_marked_constant = True  # type: ignore[attr-defined]
    return function
