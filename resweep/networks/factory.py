"""What a factory of networks can be called with, and the words for arguments that it does not take.

`written` reads it from the source, so that a command can refuse a wrong argument without running
anything of the user's; `of_callable` asks the factory itself.
"""

import ast
import inspect
from collections.abc import Callable, Collection, Iterator
from typing import Any, NamedTuple

from resweep import registry
from resweep.errors import NoNetworkError
from resweep.networks.source import file_of
from resweep.networks.specification import Specification

CLASSES = "num_classes"  # what factories call the number of classes


class Takes(NamedTuple):
    """The arguments of a factory.

    names     those that it takes by name
    needed    those among them that have no default
    others    whether it takes any other name too (**kwargs)
    """

    names: tuple[str, ...]
    needed: tuple[str, ...]
    others: bool


ANYTHING = Takes((), (), others=True)


def refuse(
    called: str, takes: Takes, given: Collection[str], offered: Collection[str] = (CLASSES,)
) -> None:
    """Raise NoNetworkError for a name in `given` that is not taken, and for one that is missing.

    `called` is what the message calls the network. What is `offered` is given where it is taken.
    """
    for name in given:
        if name not in takes.names and not takes.others:
            raise not_taken(called, name, takes.names)
    missing = [name for name in takes.needed if name not in given and name not in offered]
    if missing:
        raise NoNetworkError(
            f"network {called} needs {', '.join(missing)}: add --arg {missing[0]}=VALUE"
        )


def not_taken(called: str, name: str, known: Collection[str] | None) -> NoNetworkError:
    """Return the error for an argument that a factory does not take, with the nearest one.

    `known` are those that it takes, None where nobody can tell.
    """
    near = registry.nearest(name, tuple(known or ()))
    hint = f"drop --arg {name}=..."
    if near:
        hint = f"did you mean {near!r}?"
    elif known:
        hint = f"it takes {', '.join(known)}"
    return NoNetworkError(f"network {called} takes no argument {name!r}: {hint}")


def of_callable(factory: Callable[..., Any]) -> Takes | None:
    """Return what a function or class takes; None where Python cannot tell."""
    try:
        parameters = inspect.signature(factory).parameters.values()
    except (TypeError, ValueError):
        return None
    named = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    if any(p.kind is p.POSITIONAL_ONLY and p.default is p.empty for p in parameters):
        return None  # no name can reach it, and Python says so best
    return Takes(
        tuple(p.name for p in named),
        tuple(p.name for p in named if p.default is p.empty),
        any(p.kind is p.VAR_KEYWORD for p in parameters),
    )


def written(specification: Specification) -> Takes | None:
    """Return what the factory takes as its source file says it, which is not executed.

    None where the file alone does not tell: a name that it imports, assigns or defines twice, a
    decorated function, a class that inherits how it is called, or a source that is no Python.
    Raises MissingError where there is no such file.
    """
    try:
        body = ast.parse(file_of(specification).read_bytes()).body
    except (SyntaxError, ValueError):
        return None
    name = specification.name
    making = [node for node in body if not {name, "*"}.isdisjoint(_bound(node))]
    if len(making) != 1 or getattr(making[0], "name", "") != name:
        return None
    function, skipped = _called(making[0])
    if function is None or function.decorator_list or function.args.posonlyargs:
        return None
    return _arguments(function.args, skipped)


def _bound(node: ast.stmt) -> Iterator[str]:
    """The names that a statement may bind, also in its branches and functions; * is any name."""
    for inner in ast.walk(node):
        if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield inner.name
        elif isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            yield inner.id
        elif isinstance(inner, ast.alias):
            yield inner.asname or inner.name


def _called(node: ast.stmt) -> tuple[ast.FunctionDef | None, int]:
    """The function that is called to make a network, and how many of its arguments are bound."""
    if isinstance(node, ast.FunctionDef):
        return node, 0
    if not isinstance(node, ast.ClassDef) or node.decorator_list or node.keywords:
        return None, 0
    methods = {inner.name: inner for inner in node.body if isinstance(inner, ast.FunctionDef)}
    if "__new__" in methods:
        return None, 0
    return methods.get("__init__"), 1


def _arguments(arguments: ast.arguments, skipped: int) -> Takes:
    plain = [one.arg for one in arguments.args]
    needed = plain[skipped : len(plain) - len(arguments.defaults)]
    for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is None:
            needed.append(one.arg)
    names = [*plain[skipped:], *(one.arg for one in arguments.kwonlyargs)]
    return Takes(tuple(names), tuple(needed), arguments.kwarg is not None)
