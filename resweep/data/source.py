"""Source: which images were found, where, and the fingerprint that a result records."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Source:
    """A dataset that `find` found and `load` can read.

    name             the resolved word of an Experiment: `cifar10`, `synthetic` or `folder:<first 12 digits>`
    layout           how it lies on disk: torchvision's batches, an ImageFolder tree, or nowhere (synthetic)
    fingerprint      sha256 of its content, 64 hex digits, the same on every machine
    train_images, test_images    counts
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
