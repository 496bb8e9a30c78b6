"""Which images lie in a tree `train|test/<class>/*`, listed without opening them."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from resweep.data import cifar
from resweep.data.fingerprint import File
from resweep.errors import MissingError

SPLITS = ("train", "test")
# those of torchvision's ImageFolder
SUFFIXES = (".jpg", ".jpeg", ".png", ".ppm", ".pgm", ".bmp", ".tif", ".tiff", ".webp")


@dataclass(frozen=True)
class Tree:
    """The images of a tree.

    root       the folder that holds `train` and `test`
    classes    names of the class folders, in the order of their labels
    train      the training images, class by class, each class by name
    test       the test images, likewise
    """

    root: Path
    classes: tuple[str, ...]
    train: tuple[File, ...]
    test: tuple[File, ...]

    @property
    def files(self) -> tuple[File, ...]:
        """All images, those for training first."""
        return self.train + self.test

    def labels(self) -> list[int]:
        """The label of each of `files`: the index of its class."""
        label_of = {name: label for label, name in enumerate(self.classes)}
        return [label_of[file.name.split("/")[1]] for file in self.files]


def class_folders(split: Path) -> list[str]:
    """The sorted names of the folders in `split` that are not hidden; none if it is no folder."""
    if not split.is_dir():
        return []
    with os.scandir(split) as entries:
        return sorted(e.name for e in entries if e.is_dir() and not e.name.startswith("."))


def scan(root: Path) -> Tree:
    """List the images of a tree.

    The classes are in CIFAR-10's order if they are its ten, else sorted by name. Hidden files and
    files without the suffix of an image are passed over. Raises MissingError where a split has no
    classes, where the splits have different classes, or where a class has no images.
    """
    classes = _classes(root)
    return Tree(
        root,
        tuple(classes),
        train=_split(root, "train", classes),
        test=_split(root, "test", classes),
    )


def _classes(root: Path) -> list[str]:
    """The class folders that both splits have, in the order of their labels."""
    of_split = {split: class_folders(root / split) for split in SPLITS}
    for split, names in of_split.items():
        if not names:
            raise MissingError(
                f"{root} has no {split}/<class>/ folders: the layout is train|test/<class>/*, "
                f"add {split}/"
            )
    train, test = of_split.values()
    if train != test:
        alone = min(set(train) ^ set(test))
        has, lacks = SPLITS if alone in train else reversed(SPLITS)
        raise MissingError(
            f"{root} has class {alone!r} in {has} but not in {lacks}: give both the same classes"
        )
    return sorted(train, key=cifar.canonical) if cifar.matches(train) else train


def _split(root: Path, split: str, classes: Sequence[str]) -> tuple[File, ...]:
    """The images of all classes in one split."""
    images: list[File] = []
    for name in classes:
        images += _images(root, f"{split}/{name}")
    return tuple(images)


def _images(root: Path, folder: str) -> list[File]:
    """The images of one class in one split, sorted by name."""
    images = []
    with os.scandir(root / folder) as entries:
        for entry in entries:
            if _is_image(entry):
                images.append(File.of(f"{folder}/{entry.name}", entry.stat()))
    if not images:
        raise MissingError(
            f"{root / folder} holds no images ({', '.join(SUFFIXES)}): add some, "
            "or remove the class"
        )
    return sorted(images)


def _is_image(entry: "os.DirEntry[str]") -> bool:
    """Whether it is a visible file with the suffix of an image."""
    visible = not entry.name.startswith(".")
    return visible and entry.name.lower().endswith(SUFFIXES) and entry.is_file()
