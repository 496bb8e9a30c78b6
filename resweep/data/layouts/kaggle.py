"""Kaggle's CIFAR-10: `train/<id>.png`, `trainLabels.csv` and, if somebody has them, test labels."""

import csv
import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from resweep.data import folder
from resweep.data.pictures import Pictures
from resweep.errors import MissingError

LABELS = {"train": "trainLabels.csv", "test": "testLabels.csv"}
HELD_OUT = 6  # one image of so many, as CIFAR-10 itself divides its 60,000


def at(place: Path) -> Sequence[Path]:
    """`place` where it holds `trainLabels.csv`."""
    return [place] if (place / LABELS["train"]).is_file() else []


def files(root: Path) -> Sequence[str]:
    """The tables of labels and the images that they name.

    Raises MissingError for a table that cannot be read or an image that is absent.
    """
    tables = [name for name in LABELS.values() if (root / name).is_file()]
    images = [name for split in LABELS for name in labels(root, split)]
    absent = [name for name in images if not (root / name).is_file()]
    if absent:
        raise MissingError(
            f"{root} lacks {absent[0]} ({len(absent):,} of {len(images):,} images that its labels "
            "name): unpack train.7z there"
        )
    return [*tables, *images]


def notes(root: Path) -> tuple[str, ...]:
    """A line that says what is tested on where Kaggle has given no labels of the test images."""
    if (root / LABELS["test"]).is_file():
        return ()
    return (
        f"{root} has no labels of test images (testLabels.csv): a sixth of each class of the "
        "training images is tested on and not trained on",
    )


def read(root: Path) -> Pictures:
    """All images (N, 3, H, W); those for training first.

    Without `testLabels.csv` a sixth of each class, that of the smallest sha256 of its pixels, is
    for the test. Raises MissingError as `folder.read`.
    """
    named = {split: labels(root, split) for split in LABELS}
    of_image = {**named["train"], **named["test"]}
    images, _ = folder.decoded(root, list(of_image))
    classes = sorted(set(of_image.values()))
    numbers = np.array([classes.index(name) for name in of_image.values()], dtype=np.int64)
    is_test = np.arange(len(numbers)) >= len(named["train"])
    if not named["test"]:
        digests = [hashlib.sha256(image).digest() for image in images]
        for k in range(len(classes)):
            of_class = sorted(np.flatnonzero(numbers == k), key=digests.__getitem__)
            is_test[of_class[: len(of_class) // HELD_OUT]] = True
    order = np.argsort(is_test, kind="stable")
    return Pictures(images[order], numbers[order], int((~is_test).sum()), tuple(classes))


def labels(root: Path, split: str) -> dict[str, str]:
    """The class of each image of a split, by its file's name; empty where the table is absent.

    Raises MissingError where it has not the columns `id` and `label`.
    """
    path = root / LABELS[split]
    if not path.is_file():
        return {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return {f"{split}/{row['id']}.png": row["label"] for row in csv.DictReader(file)}
    except (KeyError, UnicodeDecodeError, csv.Error) as error:
        raise MissingError(
            f"{path} is no table of Kaggle's (columns id and label): {error}: download it again"
        ) from None
