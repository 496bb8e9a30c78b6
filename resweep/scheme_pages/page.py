"""A user's scheme as a page like those of resweep: held to the contract, its law guarded.

The files of resweep are held to the contract by tests; those of users by this module, when they are
loaded, with one line for the first fault.
"""

import difflib
import functools
import inspect
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from resweep.contracts.schemes import Scheme, SchemeOptions
from resweep.errors import UsageError

POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
# What sets weights besides the variance; a user's file that has one says itself if theory holds.
BEYOND_THE_LAW = (SchemeOptions.extend, SchemeOptions.draw, SchemeOptions.finish)


def assembled(said: str, holder: object) -> ModuleType:
    """Return the page of a user's scheme.

    Arguments:
        said: the scheme as the user wrote it, for messages.
        holder: a module that defines the functions of the contract; a class or an object that has
            them as methods; or a function, which is the law of the variance alone.

    Theory is withheld from a scheme that extends the network, draws or finishes weights in its own
    way, and does not define `unpredicted`. Raises UsageError, in one line, for a function that is
    missing, unknown, or takes other arguments than the contract says.
    """
    own = _functions(said, holder)
    if "variance" not in own:
        raise UsageError(
            f"scheme {said} has no variance(site): define it, or name a law in the file, as "
            f"{said.partition(':')[0]}:NAME"
        )
    known = _contract()
    for name, function in own.items():
        if name not in known:
            hint = _hint(name, known, holder)
            raise UsageError(f"scheme {said}: no part of a scheme is called {name}(): {hint}")
        _check_arguments(said, function, known[name])
    page = ModuleType(said, inspect.getdoc(holder) or inspect.getdoc(own["variance"]))
    vars(page).update(own)
    vars(page)["variance"] = _guarded(said, own["variance"])
    undescribed = [hook.__name__ for hook in BEYOND_THE_LAW if hook.__name__ in own]
    if undescribed and "unpredicted" not in own:
        reason = (
            f"{said} has its own {undescribed[0]}() and no unpredicted(), so theory is withheld"
        )
        vars(page)["unpredicted"] = lambda experiment: reason
    return page


def _hint(name: str, known: Iterable[str], holder: object) -> str:
    """What a function that is no part of a scheme may be: misspelt, a helper, or another law."""
    near = difflib.get_close_matches(name, list(known), n=1)
    if near:
        return f"did you mean {near[0]}()?"
    helper = f"begin a helper's name with _: _{name}"
    if not inspect.ismodule(holder):
        return helper
    file = Path(str(holder.__file__)).name
    return f"{helper}; of several laws in a file each is named, as {file}:variance"


def _functions(said: str, holder: object) -> dict[str, Callable[..., Any]]:
    """The public functions that the holder defines itself, by name."""
    if inspect.isfunction(holder):
        return {"variance": holder}
    if inspect.isclass(holder):
        try:
            holder = holder()
        except Exception as error:
            raise UsageError(
                f"scheme {said}: {type(error).__name__} when it is made: {error}"
            ) from error
    found: dict[str, Callable[..., Any]] = {}
    for name in dir(holder):
        value = getattr(holder, name)
        if not name.startswith("_") and inspect.isroutine(value) and not _imported(value, holder):
            found[name] = value
    return found


def _imported(function: Any, holder: object) -> bool:
    return isinstance(holder, ModuleType) and function.__module__ != holder.__name__


def _contract() -> dict[str, Callable[..., Any]]:
    functions: dict[str, Callable[..., Any]] = {}
    for name, value in (vars(Scheme) | vars(SchemeOptions)).items():
        if inspect.isfunction(value) and not name.startswith("_"):
            functions[name] = value
    return functions


def _check_arguments(said: str, function: Callable[..., Any], asked: Callable[..., Any]) -> None:
    """Raise UsageError where the function cannot be called as the contract's is."""
    wanted = [p.name for p in inspect.signature(asked).parameters.values() if p.kind in POSITIONAL]
    wanted = wanted[1:]  # without self
    signature = inspect.signature(function)
    fields = {p.name: 0 for p in signature.parameters.values() if p.kind is p.KEYWORD_ONLY}
    try:
        signature.bind(*wanted, **fields if asked is Scheme.variance else {})
    except TypeError as error:
        raise UsageError(
            f"scheme {said}: {function.__name__}{signature} must take "
            f"({', '.join(wanted)}): {error}"
        ) from None


def _guarded(said: str, law: Callable[..., Any]) -> Callable[..., float]:
    """The law, with one line for what it raises and for what is no variance."""

    @functools.wraps(law)
    def variance(site: Any, **fields: Any) -> float:
        try:
            value = float(law(site, **fields))
        except Exception as error:
            raise UsageError(
                f"scheme {said}: its variance fails at block {site.block}: "
                f"{type(error).__name__}: {error}"
            ) from error
        if not (math.isfinite(value) and value >= 0):
            raise UsageError(
                f"scheme {said}: its variance is {value:g} at block {site.block}: "
                "it must be finite and not negative"
            )
        return value

    return variance
