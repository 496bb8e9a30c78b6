"""The containers that images come in: where each lies, which files it has, and how it is read."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from resweep.data import batches, folder
from resweep.data.layouts import cifar100, idx, kaggle, nested, npz, parquet, svhn
from resweep.data.pictures import Pictures


class Layout(Protocol):
    """A container of images, as a module.

    It may have `notes(root)`, lines to say each time that it is used, and `OF`, the name of the
    dataset of others than CIFAR-10 that alone comes in it.
    """

    def at(self, place: Path) -> Sequence[Path]:
        """The folders or files in `place` that are such containers."""

    def files(self, root: Path) -> Sequence[str]:
        """The files that are read, relative to `root`. Raises MissingError where one is absent."""

    def read(self, root: Path) -> Pictures:
        """All images. Raises MissingError for files that are damaged or unreadable."""


FIRST: dict[str, Layout] = {"batches": batches, "nested": nested, "folder": folder}
"""What is looked for before a tarball is unpacked."""
OTHERS: dict[str, Layout] = {
    "cifar100": cifar100,
    "idx": idx,
    "svhn": svhn,
    "kaggle": kaggle,
    "parquet": parquet,
    "npz": npz,
}
LAYOUTS = FIRST | OTHERS
