"""CIFAR-100 as its authors pack it: `cifar-100-python/train`, `test` and `meta`."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from resweep.data import cifar, unpickle
from resweep.data.pictures import Pictures
from resweep.errors import MissingError

OF = "CIFAR-100"
FOLDER = "cifar-100-python"
FILES = ("train", "test", "meta")


def at(place: Path) -> Sequence[Path]:
    """The folder `cifar-100-python` in `place`, or `place` itself if it has that name."""
    if (place / FOLDER).is_dir():
        return [place / FOLDER]
    return [place] if place.resolve().name == FOLDER and place.is_dir() else []


def files(root: Path) -> Sequence[str]:
    """The three files. Raises MissingError naming those that are absent."""
    absent = [name for name in FILES if not (root / name).is_file()]
    if absent:
        raise MissingError(f"{root} lacks {', '.join(absent)}: unpack cifar-100-python.tar.gz")
    return FILES


def read(root: Path) -> Pictures:
    """All images (60000, 3, 32, 32) with their fine labels; those for training first.

    Raises MissingError for a file that is damaged.
    """
    train, test, meta = (unpickle.load(root / name) for name in files(root))
    try:
        images = np.concatenate([train["data"], test["data"]]).reshape(-1, *cifar.SHAPE)
        labels = [*train["fine_labels"], *test["fine_labels"]]
        classes = tuple(meta["fine_label_names"])
    except (KeyError, ValueError) as error:
        raise MissingError(
            f"{root} is not CIFAR-100 ({error}): unpack cifar-100-python.tar.gz again"
        ) from None
    count = len(train["fine_labels"])
    return Pictures(images, np.array(labels, dtype=np.int64), count, classes)
