"""The directory is the registry: a file's name, underscores as dashes, is its CLI name; it is loaded on demand."""

import difflib
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from resweep.errors import UsageError


@cache
def names(package: str) -> tuple[str, ...]:
    """CLI names of the modules directly in `package` (a dotted name), sorted; a leading _ keeps a file out."""
    folder = Path(__file__).parent.joinpath(*package.split(".")[1:])
    return tuple(
        sorted(p.stem.replace("_", "-") for p in folder.glob("*.py") if not p.stem.startswith("_"))
    )


def load(package: str, name: str) -> ModuleType:
    """The module that carries `name`; raises UsageError, listing what there is, where none does."""
    check(package.rsplit(".", 1)[1].rstrip("s"), name, names(package))
    return import_module(f"{package}.{name.replace('-', '_')}")


def check(kind: str, name: str, known: Sequence[str]) -> str:
    """`name` itself if it is one of `known`; else UsageError with the nearest match and the whole list."""
    if name in known:
        return name
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise UsageError(f"unknown {kind} {name!r}: {hint}known: {', '.join(known)}")
