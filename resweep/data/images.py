"""A dataset in memory: uint8 arrays, in the order and with the statistics that training needs."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resweep.data import cache, synthetic
from resweep.data.arrange import NAMES, arrange
from resweep.data.layouts import LAYOUTS
from resweep.data.pictures import Pictures, canonical, fingerprint
from resweep.data.source import Source
from resweep.errors import MissingError

_provided: dict[str, "Images"] = {}  # by fingerprint, see `provide`


@dataclass(frozen=True, eq=False)
class Images:
    """A dataset in memory.

    train_images, test_images    (N, C, H, W) uint8; C is 1 where all images are grey, else 3
    train_labels, test_labels    (N,) int64, indices into the source's classes
    mean, std                    of each channel over all training images, as fractions of the
                                 full range: an image is standardized by (pixel / 255 - mean) / std.
                                 std is 1 where a channel is constant

    The training images are in a fixed order that no seed changes (`resweep.data.order`): the first
    k of them are the set of `train_size` k.
    """

    train_images: NDArray[np.uint8]
    train_labels: NDArray[np.int64]
    test_images: NDArray[np.uint8]
    test_labels: NDArray[np.int64]
    mean: tuple[float, ...]
    std: tuple[float, ...]


def load(
    source: Source, warn: Callable[[str], None] = lambda line: None, *, cached: bool = True
) -> Images:
    """Load a source into memory.

    What had to be decoded is cached by its fingerprint; trouble with the cache only makes a call of
    `warn`. If not `cached`, the files themselves are read and their md5 or fingerprint is verified,
    whatever the cache holds. Raises MissingError for a file that is damaged, unreadable or changed
    since the source was found.
    """
    if cached and source.fingerprint in _provided:
        return _provided[source.fingerprint]
    arrays = cache.recall(source.fingerprint, NAMES, warn) if source.path and cached else None
    if arrays is None:
        arrays = arrange(read(source))
        if source.path:
            cache.keep(source.fingerprint, arrays, warn)
    mean, std = (tuple(arrays.pop(name).tolist()) for name in ("mean", "std"))
    return Images(**arrays, mean=mean, std=std)


def provide(fingerprint: str, images: Images) -> None:
    """Let `load` return these images, which another process has loaded, for this fingerprint."""
    _provided[fingerprint] = images


def read(source: Source) -> Pictures:
    """All images of a source, from its files, in the order that its fingerprint stands for.

    Raises MissingError where they are not those of the fingerprint any more, or as `load`.
    """
    if source.path is None:
        return synthetic.read()
    pictures = LAYOUTS[source.layout].read(source.path)
    if not source.as_listed:
        pictures = canonical(pictures)
    found = pictures.earlier if source.as_listed else fingerprint(pictures)
    if found != source.fingerprint:
        raise MissingError(f"{source.path} changed since it was found: run the command again")
    return pictures
