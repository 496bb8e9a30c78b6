"""Which images lie in a tree `train|test/<class>/*`, listed without opening them."""

import errno
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

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
    left_out   names of images that are not read: broken links and what lies too deep or not deep
               enough
    """

    root: Path
    classes: tuple[str, ...]
    train: tuple[File, ...]
    test: tuple[File, ...]
    left_out: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[File, ...]:
        """All images, those for training first."""
        return self.train + self.test

    def labels(self) -> list[int]:
        """The label of each of `files`: the index of its class."""
        label_of = {name: label for label, name in enumerate(self.classes)}
        return [label_of[file.name.split("/")[1]] for file in self.files]

    def what_is_left_out(self) -> str:
        """One line that counts the images that are not read, with an example."""
        count = len(self.left_out)
        images = "1 image is" if count == 1 else f"{count:,} images are"
        return (
            f"{images} left out of {self.root}, such as {self.left_out[0]}: "
            f"only files (and links to files) {'|'.join(SPLITS)}/<class>/* are read"
        )


def class_folders(split: Path) -> list[str]:
    """The sorted names of the folders in `split` that are not hidden; none if it is no folder."""
    if not split.is_dir():
        return []
    return sorted(entry.name for entry in _entries(split) if _is(entry, "dir"))


def scan(root: Path) -> Tree:
    """List the images of a tree.

    The classes are in CIFAR-10's order if they are its ten, else sorted by name. Hidden files and
    files without the suffix of an image are passed over; images in other places, and links that
    lead nowhere, are left out and noted. Raises MissingError where a split has no classes, where
    the splits have different classes, where there is only one class, or where a class has no
    images.
    """
    classes = _classes(root)
    left_out: list[str] = []
    splits = []
    for split in SPLITS:
        images: list[File] = []
        for name in classes:
            images += _images(root, f"{split}/{name}", left_out)
        splits.append(tuple(images))
        left_out += [f"{split}/{entry.name}" for entry in _entries(root / split) if _named(entry)]
    train, test = splits
    return Tree(root, tuple(classes), train, test, tuple(left_out))


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
    if len(train) == 1:
        raise MissingError(
            f"{root} has one class, {train[0]!r}: every network is right on it, add another class"
        )
    return sorted(train, key=cifar.canonical) if cifar.matches(train) else train


def _images(root: Path, folder: str, left_out: list[str]) -> list[File]:
    """The images of one class in one split, sorted by name; what is left out is noted."""
    images = []
    for entry in _entries(root / folder):
        name = f"{folder}/{entry.name}"
        if _is(entry, "dir"):
            left_out += _images_below(root, name)
        elif _named(entry):
            if _is(entry, "file"):
                images.append(File.of(name, entry.stat()))
            else:
                left_out.append(name)
    if not images:
        raise MissingError(
            f"{root / folder} holds no images ({', '.join(SUFFIXES)}): add some, "
            "or remove the class"
        )
    return sorted(images)


def _images_below(root: Path, folder: str) -> list[str]:
    """The names of the images in a folder, however deep; links to folders are not followed."""
    names = []
    for place, _, files in os.walk(root / folder):
        below = Path(place).relative_to(root).as_posix()
        names += [f"{below}/{file}" for file in files if _is_visible_image(file)]
    return names


def _entries(folder: Path) -> list["os.DirEntry[str]"]:
    """What is in a folder and not hidden."""
    with os.scandir(folder) as entries:
        return [entry for entry in entries if not entry.name.startswith(".")]


def _named(entry: "os.DirEntry[str]") -> bool:
    """Whether it is called like an image, and is no folder."""
    return _is_visible_image(entry.name) and not _is(entry, "dir")


def _is_visible_image(name: str) -> bool:
    return not name.startswith(".") and name.lower().endswith(SUFFIXES)


def _is(entry: "os.DirEntry[str]", kind: Literal["file", "dir"]) -> bool:
    """Whether it is a regular file or a folder, or a link to one; links in a circle are neither."""
    try:
        return entry.is_dir() if kind == "dir" else entry.is_file()
    except OSError as error:
        if error.errno == errno.ELOOP:
            return False
        raise
