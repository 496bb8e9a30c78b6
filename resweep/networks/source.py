"""The state of the source that a network is made by, found without running any of it.

For a library it is the version that is installed; for a module or a file the first 12 digits of the
sha256 of the file that the factory stands in. What that file imports is not looked at.
"""

from importlib import metadata
from pathlib import Path

from resweep.errors import MissingError
from resweep.networks.specification import BUILT_IN, Specification, parse
from resweep.sources import check_pin, digest, origin

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
    check_pin("network", network, specification.bare, specification.place, specification.pin, now)
    return str(specification._replace(pin=now))


def state(specification: Specification) -> str:
    """Return the version of a library, or the digits of a file's hash."""
    if specification.library:
        return version(specification.library)
    return digest(file_of(specification).read_bytes())


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
    found = origin(specification.place)
    if found is None:
        raise MissingError(
            f"network {specification}: there is no module {specification.place}: "
            "install it, or name its file as path/file.py:factory"
        )
    return found
