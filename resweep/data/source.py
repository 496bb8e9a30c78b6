"""Which images were found and where, and the fingerprint that a result records."""

from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """A dataset that `find` found and `load` can read.

    name             what an Experiment calls it: `cifar10`, `synthetic`, or `folder:` and the first
                     12 digits of the fingerprint
    layout           how it is stored: a name of `resweep.data.layouts`, or `synthetic`
    fingerprint      sha256 of its pixels and labels, 64 hex digits, the same for every container
    train_images     how many images train
    test_images      how many images test
    classes          class names; a label is an index into them
    shape            (channels, height, width) of one image
    path             the folder or file that holds it; None for synthetic
    earlier          the sha256 of the files, by which resweep 0.1 knew this container; else empty
    as_listed        whether the images keep the order of their files and three channels, as in
                     resweep 0.1; the fingerprint is then the earlier one
    """

    name: str
    layout: str
    fingerprint: str
    train_images: int
    test_images: int
    classes: tuple[str, ...]
    shape: tuple[int, int, int]
    path: Path | None
    earlier: str = ""
    as_listed: bool = False

    def before(self) -> "Source":
        """The source as resweep 0.1 named and ordered it, so that its runs can be gone on with."""
        name = self.name if self.name == "cifar10" else f"folder:{self.earlier[:12]}"
        shape = (3, *self.shape[1:])
        return replace(
            self, name=name, fingerprint=self.earlier, earlier="", as_listed=True, shape=shape
        )
