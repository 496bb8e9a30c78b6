"""Which images were found and where, and the fingerprint that a result records."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Source:
    """A dataset that `find` found and `load` can read.

    name             what an Experiment calls it: `cifar10`, `synthetic`, or `folder:` and the first
                     12 digits of the fingerprint
    layout           how it is stored: CIFAR-10's batches, an image folder, or not at all
    fingerprint      sha256 of its content, 64 hex digits, the same on every machine
    train_images     how many images train
    test_images      how many images test
    classes          class names; a label is an index into them
    shape            (channels, height, width) of one image
    path             the folder that holds it; None for synthetic
    """

    name: str
    layout: Literal["batches", "folder", "synthetic"]
    fingerprint: str
    train_images: int
    test_images: int
    classes: tuple[str, ...]
    shape: tuple[int, int, int]
    path: Path | None
