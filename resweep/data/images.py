"""A dataset in memory: uint8 arrays, in the order and with the statistics that training needs."""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resweep.data import batches, cache, folder, synthetic
from resweep.data.order import interleave
from resweep.data.source import Source

_provided: dict[str, "Images"] = {}  # by fingerprint, see `provide`
LAYOUTS = {"batches": batches.read, "folder": folder.read, "synthetic": synthetic.read}


@dataclass(frozen=True, eq=False)
class Images:
    """A dataset in memory.

    train_images, test_images    (N, 3, H, W) uint8
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
    names = tuple(field.name for field in fields(Images))
    arrays = cache.recall(source.fingerprint, names, warn) if source.path and cached else None
    if arrays is None:
        arrays = arrange(*LAYOUTS[source.layout](source))
        if source.path:
            cache.keep(source.fingerprint, arrays, warn)
    mean, std = (tuple(arrays.pop(name).tolist()) for name in ("mean", "std"))
    return Images(**arrays, mean=mean, std=std)


def provide(fingerprint: str, images: Images) -> None:
    """Let `load` return these images, which another process has loaded, for this fingerprint."""
    _provided[fingerprint] = images


def arrange(
    images: NDArray[np.uint8], labels: NDArray[np.int64], train: int
) -> dict[str, NDArray[Any]]:
    """The fields of Images, from all images in the order of their source.

    The first `train` images are those for training.
    """
    order = interleave(labels[:train])
    mean, std = statistics(images[:train])
    return {
        "train_images": images[:train][order],
        "train_labels": labels[:train][order],
        "test_images": images[train:],
        "test_labels": labels[train:],
        "mean": np.array(mean),
        "std": np.array(std),
    }


def statistics(images: NDArray[np.uint8]) -> tuple[list[float], list[float]]:
    """The mean and standard deviation of each channel, as fractions of the full range.

    They come from exact integer sums, so that all machines agree on them. A standard deviation of 0
    is given as 1.
    """
    count = images.size // images.shape[1]
    sums = images.sum(axis=(0, 2, 3), dtype=np.int64).tolist()
    squares = np.einsum("nchw,nchw->c", images, images, dtype=np.int64, casting="unsafe").tolist()
    means, deviations = [], []
    for total, square in zip(sums, squares, strict=True):
        variance = (count * square - total * total) / count**2
        means.append(total / count / 255)
        deviations.append(math.sqrt(variance) / 255 or 1.0)
    return means, deviations
