"""The state of a source file, found without running any of it."""

import hashlib
import sys
from importlib.machinery import PathFinder
from pathlib import Path

from resweep.errors import UsageError

DIGITS = 12


def digest(content: bytes) -> str:
    """Return the first 12 digits of the sha256 of a file's content.

    What the file imports is not looked at.
    """
    return hashlib.sha256(content).hexdigest()[:DIGITS]


def check_pin(kind: str, named: str, bare: str, place: str, pin: str, now: str) -> None:
    """Raise UsageError where a source is not in the state that was named.

    Arguments:
        kind: what the source makes, as the flag calls it: network or scheme.
        named, bare: the whole name, and the name without the state.
        place: the library, module or file.
        pin, now: the state that was named, "" where none was, and the present one.
    """
    if pin not in ("", now):
        raise UsageError(
            f"{kind} {named} is not what {place} has now (@{now}): "
            f"bring that state back, or say --{kind} {bare}"
        )


def origin(module: str) -> Path | None:
    """Return the file of a dotted module, looked for here and where Python imports from.

    Each part is looked for inside the one before it, so that no package is imported. The answer is
    None where there is no such module, or none that has a file.
    """
    places: list[str] | None = [str(Path.cwd()), *sys.path]
    spec = None
    for part in module.split("."):
        spec = PathFinder.find_spec(part, places)
        if spec is None:
            return None
        places = list(spec.submodule_search_locations or [])
    if spec is None or spec.origin is None or not spec.has_location:
        return None
    source = Path(spec.origin)
    return source if source.is_file() else None
