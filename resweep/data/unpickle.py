"""Pickled dictionaries of arrays, as CIFAR's authors pack them, read without running any code."""

import io
import pickle
from pathlib import Path
from typing import Any

from resweep.errors import MissingError

ALLOWED = {
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.numeric", "_frombuffer"),
    ("numpy.core.numeric", "_frombuffer"),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("_codecs", "encode"),
}


class Arrays(pickle.Unpickler):
    """An unpickler that makes arrays and plain values, nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """What a pickle asks for by its name; raises UnpicklingError unless arrays need it."""
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}")
        return super().find_class(module, name)


def load(path: Path) -> dict[str, Any]:
    """The dictionary in a file. Raises MissingError where it is no such dictionary of arrays."""
    return loads(path.read_bytes(), path)


def loads(content: bytes, path: Path) -> dict[str, Any]:
    """The dictionary in the bytes of `path`; see `load`."""
    try:
        found = Arrays(io.BytesIO(content), encoding="latin1").load()
    except Exception as error:  # a damaged pickle raises anything
        raise MissingError(f"cannot read {path} ({error}): copy the file again") from None
    if not isinstance(found, dict):
        raise MissingError(f"cannot read {path} (no dictionary in it): copy the file again")
    return found
