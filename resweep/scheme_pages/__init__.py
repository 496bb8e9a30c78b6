"""What an experiment must know of its scheme's file: the fields it reads, and what it refuses.

An experiment is checked before any network exists, and without torch. This module loads the files
of `resweep.nets.schemes` by name, so that `experiment` imports nothing above it, and the schemes of
users by their paths and entry points.
"""

import inspect
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any, Protocol

from resweep import registry
from resweep.contracts import optional
from resweep.contracts.schemes import SchemeOptions
from resweep.errors import UsageError
from resweep.scheme_pages import of_users

BLOCKS = "resweep.nets.blocks"
SCHEMES = "resweep.nets.schemes"


class Drawn(Protocol):
    """What an Experiment says of the draws of its weights: the scheme, from what, and of what."""

    @property
    def scheme(self) -> str: ...

    @property
    def distribution(self) -> str: ...

    @property
    def network(self) -> str: ...

    @property
    def foreign(self) -> bool: ...


def load(experiment: Drawn) -> ModuleType:
    """Return the file of the experiment's scheme; `contracts.schemes` says what it holds."""
    return page(experiment.scheme)


def page(scheme: str) -> ModuleType:
    """Return the file of a scheme of resweep, or the scheme of a user's.

    Raises UsageError for a scheme that there is none of, and as `of_users.load` does.
    """
    if of_user(scheme):
        return of_users.load(scheme)
    return registry.load(SCHEMES, scheme)


def of_user(scheme: str) -> bool:
    """Return whether the scheme is no file of resweep but a file or an entry point of a user's."""
    return scheme not in registry.names(SCHEMES) and of_users.known(scheme)


def named(scheme: str) -> str:
    """Return the scheme as experiments write it.

    Raises UsageError, with the nearest name or all of them, for one that there is none of.
    """
    if of_user(scheme):
        return str(of_users.parse(scheme))
    known = registry.names(SCHEMES)
    name, colon, pairs = scheme.partition(":")
    if colon and name in known and pairs:
        flags = " ".join(f"--{pair.replace('=', ' ')}" for pair in pairs.split(","))
        raise UsageError(f"scheme {scheme!r} is an arm: say --scheme {name} {flags}")
    return registry.canonical("scheme", scheme, known)


def pinned(scheme: str) -> str:
    """Return a scheme of a user's with the state of its file behind an `@`; others as they are.

    Raises as `of_users.pinned` does.
    """
    return of_users.pinned(scheme) if of_user(scheme) else scheme


def settled(scheme: str) -> bool:
    """Return whether the name says in which state the scheme is: all but unpinned users' do."""
    return not of_user(scheme) or "@" in scheme


def uses(scheme: str) -> tuple[str, ...]:
    """Return the names of the experiment fields that a scheme reads and others do not.

    They are the keyword-only arguments of the scheme's `variance`.
    """
    return _keywords(page(scheme).variance)


@cache
def _keywords(law: Callable[..., Any]) -> tuple[str, ...]:
    parameters = inspect.signature(law).parameters.values()
    return tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)


def check(experiment: Drawn) -> None:
    """Raise UsageError, in one line, if the scheme has no meaning in the experiment's network."""
    scheme = load(experiment)
    if optional(scheme, SchemeOptions.draw) and experiment.distribution != "normal":
        raise UsageError(
            f"distribution={experiment.distribution} has no effect on scheme "
            f"{experiment.scheme!r}, which has its own: drop it, or set --scheme he"
        )
    if experiment.foreign and not on_modules(experiment.scheme):
        raise UsageError(
            f"scheme {experiment.scheme!r} changes what blocks compute, and those of "
            f"{experiment.network} are as they are: set --scheme he"
        )
    refuse: Any = optional(scheme, SchemeOptions.check)
    if refuse is not None:
        refuse(experiment)


def on_modules(scheme: str) -> bool:
    """Whether a scheme can set the weights of a network that is not built in.

    It can if it is a law of the variance or a way to draw alone, or says what else it sets there.
    """
    file = page(scheme)
    if optional(file, SchemeOptions.on_modules):
        return True
    beyond = (SchemeOptions.extend, SchemeOptions.finish, SchemeOptions.adapt)
    return not any(optional(file, hook) for hook in beyond)
