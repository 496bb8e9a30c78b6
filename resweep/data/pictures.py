"""Images as a container holds them, and the one order and fingerprint that equal images have."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from resweep.data import cifar

FASHION = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
HEADER = "resweep pixels 1"  # another number where what is hashed below changes


@dataclass(frozen=True, eq=False)
class Pictures:
    """A dataset as it was read.

    images     (N, C, H, W) uint8, those for training first; C is 1 or 3
    labels     (N,) int64, indices into `classes`
    train      how many of the images are for training
    classes    the names of the classes
    earlier    the fingerprint of the files themselves, by which resweep 0.1 knew this container;
               empty for containers that it did not read
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    train: int
    classes: tuple[str, ...]
    earlier: str = ""


def canonical(pictures: Pictures) -> Pictures:
    """The same images in the order that follows from their pixels and labels alone.

    Images whose three channels are equal throughout the set keep one. Classes are numbered as the
    authors of CIFAR-10 and FashionMNIST do, by value where they are numbers, else by name. Each
    split is sorted by class and by the sha256 of the pixels. So a folder of PNG files, an .npz and
    a Parquet file of the same images become the same arrays.
    """
    order = class_order(pictures.classes)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    labels, images = rank[pictures.labels], without_copies(pictures.images)
    digests = [hashlib.sha256(image).digest() for image in np.ascontiguousarray(images)]
    is_test = np.arange(len(labels)) >= pictures.train
    keys = list(zip(is_test.tolist(), labels.tolist(), digests, strict=True))
    sort = np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.intp)
    classes = tuple(pictures.classes[k] for k in order)
    if cifar.matches(classes) and images.shape[1:] == cifar.SHAPE:
        classes = cifar.CLASSES
    return replace(pictures, images=images[sort], labels=labels[sort], classes=classes)


def fingerprint(pictures: Pictures) -> str:
    """The sha256, 64 hex digits, of canonical images: their pixels, labels, split and shape.

    Names of classes, formats and order of files have no part in it.
    """
    counts = (pictures.train, len(pictures.labels), len(pictures.classes))
    digest = hashlib.sha256(f"{HEADER} {counts} {pictures.images.shape[1:]}".encode())
    digest.update(pictures.labels.astype("<i8").tobytes())
    digest.update(np.ascontiguousarray(pictures.images).data)
    return digest.hexdigest()


def without_copies(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The images with one channel if all of them are grey, else as they are."""
    first = images[:, :1]
    if images.shape[1] == 3 and all(np.array_equal(first, images[:, [k]]) for k in (1, 2)):
        return np.ascontiguousarray(first)
    return images


def class_order(names: Sequence[str]) -> list[int]:
    """The indices of the class names in the order of their canonical labels."""
    known = {letters(name): k for k, name in enumerate(FASHION)}
    plain, numbers = [letters(name) for name in names], [leading(name) for name in names]
    if cifar.matches(names):
        keys: list[object] = [cifar.canonical(name) for name in names]
    elif sorted(plain) == sorted(known):
        keys = [known[name] for name in plain]
    elif None not in numbers and len(set(numbers)) == len(names):
        keys = list(numbers)
    else:
        keys = list(names)
    return sorted(range(len(names)), key=keys.__getitem__)  # type: ignore[arg-type]


def letters(name: str) -> str:
    """The letters of a name in lower case, since `T-shirt/top` is no name of a folder."""
    return re.sub("[^a-z]", "", name.lower())


def leading(name: str) -> int | None:
    """The number with which a name begins (`3`, `3 - three`), None where there is none."""
    found = re.fullmatch(r"(\d+)(?: - .*)?", name)
    return int(found[1]) if found else None
