"""What an experiment must know of the scheme files: which fields a scheme reads, and what it refuses.

An experiment is checked before any network exists, and without torch. This page reads the files of
`resweep.nets.schemes` by name, so that `experiment` imports nothing above it.
"""

import inspect
from functools import cache
from types import ModuleType
from typing import Protocol

from resweep import registry
from resweep.errors import UsageError

BLOCKS = "resweep.nets.blocks"
SCHEMES = "resweep.nets.schemes"


class Setting(Protocol):
    """The two fields of an experiment that say which scheme draws its weights, and from what."""

    @property
    def scheme(self) -> str: ...

    @property
    def distribution(self) -> str: ...


def load(setting: Setting) -> ModuleType:
    """The file of the experiment's scheme."""
    return registry.load(SCHEMES, setting.scheme)


@cache
def uses(scheme: str) -> tuple[str, ...]:
    """The experiment fields that `scheme` reads beyond those that every scheme obeys.

    They are the keyword-only arguments of its `variance`.
    """
    parameters = inspect.signature(registry.load(SCHEMES, scheme).variance).parameters.values()
    return tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)


def check(setting: Setting) -> None:
    """Raise UsageError, in one line, for a scheme that means nothing in this network."""
    scheme = load(setting)
    if hasattr(scheme, "draw") and setting.distribution != "normal":
        raise UsageError(
            f"distribution={setting.distribution} has no effect on scheme {setting.scheme!r}, "
            "which has its own: drop it, or set --scheme he"
        )
    if hasattr(scheme, "check"):
        scheme.check(setting)
