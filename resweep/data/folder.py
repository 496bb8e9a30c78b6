"""Image folders, `train|test/<class>/*`: what they hold, and their pixels decoded with Pillow."""

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import PIL
from numpy.typing import NDArray
from PIL import Image

from resweep.data import fingerprint, tree
from resweep.data.pictures import Pictures
from resweep.data.pixels import rgb
from resweep.errors import MissingError


def at(place: Path) -> Sequence[Path]:
    """`place` itself where it holds class folders in `train` or `test`."""
    named = tree.class_folders(place / "train") or tree.class_folders(place / "test")
    return [place] if named else []


def files(root: Path) -> Sequence[str]:
    """The names of the images. Raises MissingError as `tree.scan`."""
    return [file.name for file in tree.scan(root).files]


def notes(root: Path) -> tuple[str, ...]:
    """A line that says how many images of the tree are left out, if any are."""
    listed = tree.scan(root)
    return (listed.what_is_left_out(),) if listed.left_out else ()


def read(root: Path) -> Pictures:
    """All images (N, 3, H, W) of the tree, in the order of its classes and of their names.

    All become 8-bit RGB, see `resweep.data.pixels`. Raises MissingError for an image that cannot be
    decoded or is of another size than the first.
    """
    listed = tree.scan(root)
    images, hashes = decoded(root, [file.name for file in listed.files])
    return Pictures(
        images,
        np.array(listed.labels(), dtype=np.int64),
        len(listed.train),
        listed.classes,
        fingerprint.combine(hashes),
    )


def decoded(root: Path, names: Sequence[str]) -> tuple[NDArray[np.uint8], list[tuple[str, str]]]:
    """The pixels (N, 3, H, W) of files below `root`, and each file's name with its sha256.

    Raises MissingError for a file that cannot be decoded or is of another size than the first.
    """
    _, first = decode(root / names[0])
    images = np.empty((len(names), *first.shape), dtype=np.uint8)

    def place(item: tuple[int, str]) -> tuple[str, str]:
        index, name = item
        digest, pixels = decode(root / name)
        if pixels.shape != first.shape:
            size = f"{_size(pixels.shape)} but the first image {_size(first.shape)}"
            raise MissingError(f"{root / name} is {size}: resize or remove it")
        images[index] = pixels
        return name, digest

    return images, fingerprint.in_threads(place, list(enumerate(names)))


def decode(path: Path) -> tuple[str, NDArray[np.uint8]]:
    """The sha256 of a file's bytes, 64 hex digits, and its pixels (3, H, W).

    Raises MissingError where the file cannot be read, is not an image, or has pixels of unknown
    range (see `resweep.data.pixels`).
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from None
    return hashlib.sha256(content).hexdigest(), pixels_of(content, path)


def pixels_of(content: bytes, what: Path | str) -> NDArray[np.uint8]:
    """The pixels (3, H, W) of the bytes of an image file; `what` names it in an error.

    Raises MissingError as `decode`.
    """
    try:
        with Image.open(io.BytesIO(content)) as image:
            return rgb(image)
    except PIL.UnidentifiedImageError:
        raise _unreadable(what, "not an image") from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise _unreadable(what, str(error).splitlines()[0]) from None


def _unreadable(what: Path | str, why: str) -> MissingError:
    return MissingError(f"cannot read the image {what} ({why}): replace or remove it")


def _size(shape: tuple[int, ...]) -> str:
    _, height, width = shape
    return f"{width}x{height}"
