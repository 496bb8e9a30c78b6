"""Calling a factory: what it does not take, what it raises, and what it returns, in one line."""

import re
from collections.abc import Callable, Iterator, Mapping
from types import FrameType
from typing import Any

from torch import nn

from resweep.errors import NoNetworkError, ResweepError, UsageError
from resweep.networks import Specification
from resweep.networks.factory import ANYTHING, not_taken, of_callable, refuse

NOT_TAKEN = re.compile(r"(?P<by>[\w.<>]+)\(\) got an unexpected keyword argument '(?P<name>\w+)'")


def called(specification: Specification, arguments: Mapping[str, Any]) -> str:
    """Return the call as people read it, such as `examples/net.py:resnet(depth=20)`."""
    written = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    return f"{specification.bare}({written})"


def made(
    specification: Specification, factory: Callable[..., Any], arguments: Mapping[str, Any]
) -> nn.Module:
    """Return the module that the factory makes of these arguments.

    Raises NoNetworkError for arguments that it does not take, UsageError where it fails and where
    it returns no module, and ResweepError as the factory does.
    """
    bare = specification.bare
    takes = of_callable(factory) or ANYTHING
    refuse(bare, takes, arguments, offered=())
    try:
        module = factory(**arguments)
    except ResweepError:
        raise
    except Exception as error:
        unknown = _handed_on(error, bare, arguments.keys() - set(takes.names))
        raise unknown or UsageError(
            f"{called(specification, arguments)} fails: {type(error).__name__}: {line(error)}"
        ) from error
    if not isinstance(module, nn.Module):
        raise UsageError(
            f"{called(specification, arguments)} returns a {type(module).__name__}: "
            "name a factory that returns a torch.nn.Module"
        )
    return module


def line(error: BaseException) -> str:
    """Return the first line of an error's text."""
    return str(error).strip().partition("\n")[0] or "no reason given"


def _handed_on(error: Exception, bare: str, handed: set[str]) -> NoNetworkError | None:
    """The error for an argument that a factory of **kwargs hands on to what does not take it."""
    said = NOT_TAKEN.search(str(error))
    if said is None or not isinstance(error, TypeError) or said["name"] not in handed:
        return None
    owner = said["by"].removesuffix(".__init__")
    for held in _in_sight(error):
        takes = of_callable(held) if getattr(held, "__qualname__", "") == owner else None
        if takes is not None:
            return not_taken(bare, said["name"], takes.names)
    return not_taken(bare, said["name"], None)


def _in_sight(error: Exception) -> Iterator[Any]:
    """What has a name where an error was raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    frame: FrameType | None = trace.tb_frame if trace else None
    if frame is not None:
        yield from frame.f_locals.values()
        yield from frame.f_globals.values()
