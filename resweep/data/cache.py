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


def root() -> Path | None:
    """The folder of everything that can be made again, `$XDG_CACHE_HOME/resweep` on Linux.

    None where the user has no home: HOME is not set and passwd has no entry, as in some containers.
    """
    try:
        path = platformdirs.user_cache_path("resweep")
    except RuntimeError:
        return None
    return None if path.parts[0] == "~" else path  # as older versions of platformdirs leave it


def arrays_path(fingerprint: str) -> Path | None:
    """Where the decoded images of a dataset with this fingerprint are kept."""
    folder = root()
    return folder / "arrays" / f"{fingerprint}-{FORMAT}.npy" if folder else None


def keep(fingerprint: str, arrays: Arrays, warn: Warn) -> None:
    """Store `arrays` under `fingerprint` for `recall`; warn where they cannot be written.

    Without a cache nothing is stored; the warning of that comes with the fingerprint.
    """
    path = arrays_path(fingerprint)
    if path is None:
        return
    try:
        with entry(path) as file:
            for array in (*arrays.values(), _checksum(fingerprint, arrays)):
                _save(file, array)
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
    if path is None:
        return None
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


def _save(file: BinaryIO, array: NDArray[Any]) -> None:
    """What numpy.save writes; that hides the system's error where the disk is full."""
    array = np.ascontiguousarray(array)
    np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(array))
    file.write(array.data)


def _checksum(fingerprint: str, arrays: Arrays) -> NDArray[np.uint8]:
    """sha256, as 32 bytes, of the fingerprint and of the names, types, shapes and bytes."""
    digest = hashlib.sha256(fingerprint.encode())
    for name, array in arrays.items():
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return np.frombuffer(digest.digest(), dtype=np.uint8)
