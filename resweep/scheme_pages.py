"""What an experiment must know of its scheme's file: the fields it reads, and what it refuses.

An experiment is checked before any network exists, and without torch. This module loads the files
of `resweep.nets.schemes` by name, so that `experiment` imports nothing above it.
"""

import inspect
from functools import cache
from types import ModuleType
from typing import Any, Protocol

from resweep import registry
from resweep.contracts import optional
from resweep.contracts.schemes import SchemeOptions
from resweep.errors import UsageError

BLOCKS = "resweep.nets.blocks"
SCHEMES = "resweep.nets.schemes"


class Drawn(Protocol):
    """The two fields of an Experiment that say which scheme draws its weights, and from what."""

    @property
    def scheme(self) -> str: ...

    @property
    def distribution(self) -> str: ...


def load(experiment: Drawn) -> ModuleType:
    """Return the file of the experiment's scheme; `contracts.schemes` says what it holds."""
    return registry.load(SCHEMES, experiment.scheme)


@cache
def uses(scheme: str) -> tuple[str, ...]:
    """Return the names of the experiment fields that a scheme reads and others do not.

    They are the keyword-only arguments of the scheme's `variance`.
    """
    parameters = inspect.signature(registry.load(SCHEMES, scheme).variance).parameters.values()
    return tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)


def check(experiment: Drawn) -> None:
    """Raise UsageError, in one line, if the scheme has no meaning in the experiment's network."""
    scheme = load(experiment)
    if optional(scheme, SchemeOptions.draw) and experiment.distribution != "normal":
        raise UsageError(
            f"distribution={experiment.distribution} has no effect on scheme "
            f"{experiment.scheme!r}, which has its own: drop it, or set --scheme he"
        )
    refuse: Any = optional(scheme, SchemeOptions.check)
    if refuse is not None:
        refuse(experiment)
