"""The user's cache: fingerprints and decoded images, used only where their checksum holds."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import platformdirs
from numpy.typing import NDArray

from resweep import files
from resweep.files import WriteError

FORMAT = 2  # increase it when what `load` keeps changes: the images' order, statistics or fields
Warn = Callable[[str], None]
Arrays = Mapping[str, NDArray[Any]]


def root() -> Path:
    """The folder of everything that can be made again, `$XDG_CACHE_HOME/resweep` on Linux."""
    return platformdirs.user_cache_path("resweep")


def arrays_path(fingerprint: str) -> Path:
    """Where the decoded images of a dataset with this fingerprint are kept."""
    return root() / "arrays" / f"{fingerprint}-{FORMAT}.npy"


def keep(fingerprint: str, arrays: Arrays, warn: Warn) -> None:
    """Store `arrays` under `fingerprint` for `recall`; warn where they cannot be written."""

    try:
        with entry(arrays_path(fingerprint)) as file:
            for array in (*arrays.values(), _checksum(fingerprint, arrays)):
                np.save(file, array, allow_pickle=False)
    except WriteError as error:
        warn(
            f"decoded images are not cached ({error.reason}): "
            "set XDG_CACHE_HOME to a folder with room"
        )


def recall(fingerprint: str, names: tuple[str, ...], warn: Warn) -> dict[str, NDArray[Any]] | None:
    """The arrays that `keep` stored under `fingerprint`, by their names.

    None where there are none, and, with a warning, where the file is damaged in any byte.
    """
    path = arrays_path(fingerprint)
    try:
        with path.open("rb") as file:
            *values, checksum = (np.load(file, allow_pickle=False) for _ in range(len(names) + 1))
        arrays = dict(zip(names, values, strict=True))
        if checksum.tobytes() == _checksum(fingerprint, arrays).tobytes():
            return arrays
        reason = "its checksum does not hold"
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, EOFError, MemoryError) as error:
        reason = files.reason(error)
    warn(f"ignoring the cached images {path} ({reason}): decoding them again")
    return None


@contextmanager
def entry(path: Path) -> Iterator[BinaryIO]:
    """A stream whose content becomes the cached file `path`, whole or not at all.

    The folder is made where it does not exist. Raises WriteError where either cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(path, error) from error
    with files.replacing(path) as file:
        yield file


def _checksum(fingerprint: str, arrays: Arrays) -> NDArray[np.uint8]:
    """sha256, as 32 bytes, of the fingerprint and of the names, types, shapes and bytes."""
    digest = hashlib.sha256(fingerprint.encode())
    for name, array in arrays.items():
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return np.frombuffer(digest.digest(), dtype=np.uint8)
