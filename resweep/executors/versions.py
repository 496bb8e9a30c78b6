"""What must be the same wherever cells run: Python, the libraries that compute, and this code."""

import hashlib
import platform
from functools import cache
from importlib import metadata
from pathlib import Path

import resweep


@cache
def versions() -> dict[str, str]:
    """The versions in this environment, by name; `code` is a digest of resweep's own files.

    Nothing is imported for it; what is not installed has the version `missing`.
    """
    found = {"python": platform.python_version(), "resweep": resweep.__version__}
    for name in ("torch", "numpy"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "missing"
    return found | {"code": code()}


def code() -> str:
    """The first 8 digits of the sha256 of every Python file of resweep, with its place."""
    root = Path(resweep.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:8]


def differences(there: dict[str, str], here: dict[str, str]) -> str:
    """Return what differs between two environments, as `torch 2.14 in place of 2.15`."""
    names = [name for name in here if there.get(name) != here[name]]
    return ", ".join(f"{n} {there.get(n, 'missing')} in place of {here[n]}" for n in names)
