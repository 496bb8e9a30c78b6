"""ImageFolder trees: `train|test/<class>/*`, decoded with Pillow."""

import hashlib
import io
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from resweep.data import cifar, fingerprint
from resweep.data.cache import Warn
from resweep.data.fingerprint import File
from resweep.data.source import Source
from resweep.errors import MissingError

SPLITS = ("train", "test")
SUFFIXES = (
    ".jpg",
    ".jpeg",
    ".png",
    ".ppm",
    ".pgm",
    ".bmp",
    ".tif",
    ".tiff",
    ".webp",
)  # as torchvision's ImageFolder


@dataclass(frozen=True)
class Tree:
    """The images of a tree: folder names in the order of their labels, and the files of `train`, then of `test`."""

    root: Path
    folders: tuple[str, ...]
    train: tuple[File, ...]
    test: tuple[File, ...]

    def label(self, file: File) -> int:
        return self.folders.index(file.name.split("/")[1])


def class_folders(split: Path) -> list[str]:
    """Names of the folders in `split` that do not begin with a dot, sorted; none where there is no such folder."""
    if not split.is_dir():
        return []
    with os.scandir(split) as entries:
        return sorted(e.name for e in entries if e.is_dir() and not e.name.startswith("."))


def scan(root: Path) -> Tree:
    """List the images of a tree without opening them.

    Classes stand in CIFAR-10's order if they are its ten, else by name. Hidden files and files without an image's
    suffix are passed over. Raises MissingError for a missing split, splits of different classes, or an empty class.
    """
    train, test = (class_folders(root / split) for split in SPLITS)
    for split, names in zip(SPLITS, (train, test), strict=True):
        if not names:
            raise MissingError(
                f"{root} has no {split}/<class>/ folders: the layout is train|test/<class>/*, add {split}/"
            )
    if train != test:
        alone = sorted(set(train) ^ set(test))[0]
        split, other = SPLITS if alone in train else SPLITS[::-1]
        raise MissingError(
            f"{root} has class {alone!r} in {split} but not in {other}: give both the same classes"
        )
    if cifar.matches(train):
        train = sorted(train, key=cifar.canonical)
    return Tree(
        root,
        tuple(train),
        *(tuple(f for k in train for f in _images(root, f"{s}/{k}")) for s in SPLITS),
    )


def source(root: Path, warn: Warn) -> Source:
    """What the tree holds: `cifar10` where it has the ten class names and 32x32 images, else `folder:<fingerprint>`."""
    tree = scan(root)
    shape = _decode(root / tree.train[0].name)[1].shape
    digest = fingerprint.content(root, tree.train + tree.test, warn)
    is_cifar = cifar.matches(tree.folders) and shape == cifar.SHAPE
    return Source(
        name="cifar10" if is_cifar else f"folder:{digest[:12]}",
        layout="folder",
        fingerprint=digest,
        train_images=len(tree.train),
        test_images=len(tree.test),
        classes=cifar.CLASSES if is_cifar else tree.folders,
        shape=shape,
        path=root,
    )


def read(source: Source) -> tuple[NDArray[np.uint8], NDArray[np.int64], int]:
    """All images (N, 3, H, W), their labels (N,), and how many of them train; grey and palette images become RGB.

    Raises MissingError for an image that cannot be decoded, one of another size, or a tree that changed since `find`.
    """
    assert source.path is not None
    tree = scan(source.path)
    files = tree.train + tree.test
    images = np.empty((len(files), *source.shape), dtype=np.uint8)

    def place(item: tuple[int, File]) -> tuple[str, str]:
        i, file = item
        digest, pixels = _decode(tree.root / file.name)
        if pixels.shape != source.shape:
            size, first = (f"{w}x{h}" for _, h, w in (pixels.shape, source.shape))
            raise MissingError(
                f"{tree.root / file.name} is {size} but the first image {first}: resize or remove it"
            )
        images[i] = pixels
        return file.name, digest

    hashes = fingerprint.in_threads(place, list(enumerate(files)))
    if fingerprint.combine(hashes) != source.fingerprint:
        raise MissingError(f"{tree.root} changed since it was found: run the command again")
    return images, np.array([tree.label(f) for f in files], dtype=np.int64), len(tree.train)


def _images(root: Path, folder: str) -> list[File]:
    with os.scandir(root / folder) as entries:
        visible = [
            e
            for e in entries
            if e.name[0] != "." and e.name.lower().endswith(SUFFIXES) and e.is_file()
        ]
    if not visible:
        raise MissingError(
            f"{root / folder} holds no images ({', '.join(SUFFIXES)}): add some, or remove the class"
        )
    return sorted(File.of(f"{folder}/{e.name}", e.stat()) for e in visible)


def _decode(path: Path) -> tuple[str, NDArray[np.uint8]]:
    """sha256 of a file's bytes and its pixels (3, H, W)."""
    try:
        content = path.read_bytes()
        with Image.open(io.BytesIO(content)) as image:
            pixels = np.asarray(image.convert("RGB"))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        why = (
            "not an image"
            if isinstance(error, Image.UnidentifiedImageError)
            else str(error).splitlines()[0]
        )
        raise MissingError(f"cannot read the image {path} ({why}): replace or remove it") from None
    return hashlib.sha256(content).hexdigest(), pixels.transpose(2, 0, 1)
