"""Image folders with a level of superclasses, `train|test/<superclass>/<class>/*`.

That is how fast.ai packs CIFAR-100. The classes are the inner folders; the outer ones are not used.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from resweep.data import folder, tree
from resweep.data.pictures import Pictures
from resweep.errors import MissingError


def at(place: Path) -> Sequence[Path]:
    """`place` and its subfolder `cifar100`, where every folder in `train` holds folders alone."""
    return [root for root in (place, place / "cifar100") if _is_nested(root / "train")]


def files(root: Path) -> Sequence[str]:
    """The names of the images, class by class, those for training first.

    Raises MissingError where the two splits have different classes or there is only one.
    """
    return [name for split in tree.SPLITS for name in _images(root, split)]


def read(root: Path) -> Pictures:
    """All images (N, 3, H, W). Raises MissingError as `folder.read`."""
    names = list(files(root))
    of_image = [name.split("/")[2] for name in names]
    classes = sorted(set(of_image))
    train = sum(name.startswith("train/") for name in names)
    if set(of_image[:train]) != set(of_image[train:]) or len(classes) < 2:
        raise MissingError(f"{root} must have the same classes, two or more, in train and test")
    images, _ = folder.decoded(root, names)
    labels = np.array([classes.index(name) for name in of_image], dtype=np.int64)
    return Pictures(images, labels, train, tuple(classes))


def _images(root: Path, split: str) -> list[str]:
    """The images of one split, by their names relative to `root`."""
    found = (root / split).glob("*/*/*")
    names = [path for path in found if path.suffix.lower() in tree.SUFFIXES and path.is_file()]
    return sorted(path.relative_to(root).as_posix() for path in names)


def _is_nested(train: Path) -> bool:
    outer = tree.class_folders(train)
    return bool(outer) and all(_holds_folders_alone(train / name) for name in outer)


def _holds_folders_alone(place: Path) -> bool:
    visible = [entry for entry in place.iterdir() if not entry.name.startswith(".")]
    images = any(entry.suffix.lower() in tree.SUFFIXES for entry in visible)
    return not images and any(entry.is_dir() for entry in visible)
