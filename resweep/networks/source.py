"""The state of the source that a network is made by, found without running any of it.

For a library it is the version that is installed; for a module or a file the first 12 digits of the
sha256 of the file that the factory stands in. What that file imports is not looked at.
"""

import hashlib
import sys
from importlib import metadata
from importlib.machinery import PathFinder
from pathlib import Path

from resweep.errors import MissingError, UsageError
from resweep.networks.specification import BUILT_IN, Specification, parse

DIGITS = 12
EXTRAS = {"timm": "timm", "transformers": "hf"}


def pinned(network: str) -> str:
    """Return the specification with the present state of its source behind an `@`.

    The built-in network is returned as it is. Raises MissingError for a library, a module or a file
    that is not there, and UsageError where the specification names another state than the present
    one.
    """
    if network == BUILT_IN:
        return network
    specification = parse(network)
    now = state(specification)
    if specification.pin not in ("", now):
        bare = specification._replace(pin="")
        raise UsageError(
            f"network {network} is not what {specification.place} makes now (@{now}): "
            f"bring that source back, or say --network {bare}"
        )
    return str(specification._replace(pin=now))


def state(specification: Specification) -> str:
    """Return the version of a library, or the digits of a file's hash."""
    if specification.library:
        return version(specification.library)
    content = file_of(specification).read_bytes()
    return hashlib.sha256(content).hexdigest()[:DIGITS]


def version(library: str) -> str:
    """Return the version of an installed library, without what only names its build.

    Raises MissingError where it is not installed.
    """
    try:
        return metadata.version(library).partition("+")[0]
    except metadata.PackageNotFoundError:
        wanted = f"resweep[{EXTRAS[library]}]" if library in EXTRAS else library
        raise MissingError(f"{library} is not installed: pip install '{wanted}'") from None


def file_of(specification: Specification) -> Path:
    """Return the file that the factory stands in. Raises MissingError where there is none."""
    if specification.is_file:
        path = Path(specification.place).expanduser()
        if not path.is_file():
            raise MissingError(f"network {specification}: there is no file {specification.place}")
        return path
    found = _origin(specification.place)
    if found is None:
        raise MissingError(
            f"network {specification}: there is no module {specification.place}: "
            "install it, or name its file as path/file.py:factory"
        )
    return found


def _origin(module: str) -> Path | None:
    """The file of a dotted module, looked for here and where Python imports from.

    Each part is looked for inside the one before it, so that no package is imported.
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
