"""Image folders, `train|test/<class>/*`: what they hold, and their pixels decoded with Pillow."""

import hashlib
import io
from pathlib import Path

import numpy as np
import PIL
from numpy.typing import NDArray
from PIL import Image

from resweep.data import cifar, fingerprint, tree
from resweep.data.cache import Warn
from resweep.data.fingerprint import File
from resweep.data.pixels import rgb
from resweep.data.source import Source
from resweep.errors import MissingError


def source(root: Path, warn: Warn) -> Source:
    """What the tree holds, named `cifar10` or `folder:<first 12 digits of the fingerprint>`.

    It is `cifar10` if it has the ten class names and its first image is 32x32. `warn` is told once
    how many images of the tree are left out. Raises MissingError as `tree.scan`, and where the
    first image cannot be decoded.
    """
    listed = tree.scan(root)
    if listed.left_out:
        warn(listed.what_is_left_out())
    _, first = decode(root / listed.train[0].name)
    digest = fingerprint.content(root, listed.files, warn)
    is_cifar = cifar.matches(listed.classes) and first.shape == cifar.SHAPE
    return Source(
        name="cifar10" if is_cifar else f"folder:{digest[:12]}",
        layout="folder",
        fingerprint=digest,
        train_images=len(listed.train),
        test_images=len(listed.test),
        classes=cifar.CLASSES if is_cifar else listed.classes,
        shape=first.shape,
        path=root,
    )


def read(source: Source) -> tuple[NDArray[np.uint8], NDArray[np.int64], int]:
    """All images (N, 3, H, W), their labels (N,), and how many of them train.

    All become 8-bit RGB, see `resweep.data.pixels`. Raises MissingError for an image that cannot be
    decoded or is of another size than the first, and for a tree that changed since it was found.
    """
    assert source.path is not None
    listed = tree.scan(source.path)
    images = np.empty((len(listed.files), *source.shape), dtype=np.uint8)

    def place(item: tuple[int, File]) -> tuple[str, str]:
        index, file = item
        path = listed.root / file.name
        digest, pixels = decode(path)
        if pixels.shape != source.shape:
            size, first = _size(pixels.shape), _size(source.shape)
            raise MissingError(f"{path} is {size} but the first image {first}: resize or remove it")
        images[index] = pixels
        return file.name, digest

    digests = fingerprint.in_threads(place, list(enumerate(listed.files)))
    if fingerprint.combine(digests) != source.fingerprint:
        raise MissingError(f"{listed.root} changed since it was found: run the command again")
    return images, np.array(listed.labels(), dtype=np.int64), len(listed.train)


def decode(path: Path) -> tuple[str, NDArray[np.uint8]]:
    """The sha256 of a file's bytes, 64 hex digits, and its pixels (3, H, W).

    Raises MissingError where the file cannot be read, is not an image, or has pixels of unknown
    range (see `resweep.data.pixels`).
    """
    try:
        content = path.read_bytes()
        with Image.open(io.BytesIO(content)) as image:
            pixels = rgb(image)
    except PIL.UnidentifiedImageError:
        raise _unreadable(path, "not an image") from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise _unreadable(path, str(error).splitlines()[0]) from None
    return hashlib.sha256(content).hexdigest(), pixels


def _unreadable(path: Path, why: str) -> MissingError:
    return MissingError(f"cannot read the image {path} ({why}): replace or remove it")


def _size(shape: tuple[int, ...]) -> str:
    _, height, width = shape
    return f"{width}x{height}"
