"""A NumPy archive `*.npz` with the arrays of images and labels, as Keras and MedMNIST name them."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resweep.data.pictures import Pictures
from resweep.errors import MissingError

NAMES = (
    ("x_train", "y_train", "x_test", "y_test"),
    ("X_train", "y_train", "X_test", "y_test"),
    ("train_images", "train_labels", "test_images", "test_labels"),
)
CLASSES = "classes"  # optional names of the classes
HOW = "save x_train, y_train, x_test and y_test as integers"


def at(place: Path) -> Sequence[Path]:
    """`place` if it is such a file, else those in the folder `place`."""
    if place.is_file():
        return [place] if place.suffix == ".npz" else []
    return sorted(place.glob("*.npz"))


def files(root: Path) -> Sequence[str]:
    """The file itself."""
    return [""]


def read(root: Path) -> Pictures:
    """All images (N, C, H, W) of 8 bits, those for training first.

    Images may be (N, H, W), (N, H, W, C) or (N, C, H, W) with C 1 or 3, labels (N,) or (N, 1).
    Raises MissingError for anything else.
    """
    try:
        with np.load(root, allow_pickle=False) as archive:
            names = next((n for n in NAMES if set(n) <= set(archive.files)), None)
            if names is None:
                raise MissingError(f"{root} holds {', '.join(archive.files)}: {HOW}")
            train, train_labels, test, test_labels = (archive[name] for name in names)
            given = archive[CLASSES].tolist() if CLASSES in archive.files else None
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise MissingError(f"cannot read {root} ({error}): {HOW}") from None
    images = np.concatenate([channels_first(root, x) for x in (train, test)])
    labels = np.concatenate([_numbers(root, y) for y in (train_labels, test_labels)])
    count = int(labels.max()) + 1
    classes = tuple(map(str, given or range(count)))
    if len(images) != len(labels) or labels.min() < 0 or len(classes) < count:
        raise MissingError(f"{root} has not one label from 0 on for each image: {HOW}")
    return Pictures(images, labels, len(train), classes)


def channels_first(root: Path, images: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Images as (N, C, H, W) bytes. Raises MissingError for numbers or shapes without a meaning."""
    if images.dtype != np.uint8:
        raise MissingError(f"{root} has images of {images.dtype}: save them as uint8, 0 to 255")
    if images.ndim == 3:
        return images[:, None]  # type: ignore[return-value]
    if images.ndim == 4 and images.shape[1] in (1, 3):
        return images  # type: ignore[return-value]
    if images.ndim == 4 and images.shape[3] in (1, 3):
        return images.transpose(0, 3, 1, 2)  # type: ignore[return-value]
    raise MissingError(f"{root} has images of shape {images.shape}: {HOW}, (N, H, W, 1 or 3)")


def _numbers(root: Path, labels: NDArray[np.generic]) -> NDArray[np.int64]:
    """Labels as (N,) integers; MissingError where they are something else, such as one-hot."""
    flat = labels
    if labels.ndim == 2 and labels.shape[1] == 1:
        flat = labels[:, 0]
    if flat.ndim != 1 or flat.dtype.kind not in "iu":
        raise MissingError(f"{root} has labels of {labels.dtype} and shape {labels.shape}: {HOW}")
    return flat.astype(np.int64)
