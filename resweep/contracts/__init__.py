"""What a scheme file, a block form file and a probe file must hold, and what they may hold.

Each kind of file has its `typing.Protocol`: `Scheme`, `BlockForm` and `Probe` list what is
required, `SchemeOptions` and `BlockFormOptions` what is optional. Nothing here imports torch or
another room of the package, so that an experiment can be checked, and theory computed, without
paying for torch.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any, Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def optional(file: ModuleType, function: Callable[Concatenate[Any, P], R]) -> Callable[P, R] | None:
    """Return the file's own version of an optional function, or None if it does not define it.

    The function is named by its place in the contract, so that a name that is in no contract is an
    error and the arguments of the call are checked by mypy:

        adapt = optional(scheme, SchemeOptions.adapt)
        if adapt is not None:
            adapt(net, images, labels, generator)
    """
    return getattr(file, function.__name__, None)
