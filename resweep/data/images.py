"""Images: a dataset as uint8 arrays, in the order and with the statistics that training needs."""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resweep.data import batches, cache, folder, synthetic
from resweep.data.order import interleave
from resweep.data.source import Source

LAYOUTS = {"batches": batches.read, "folder": folder.read, "synthetic": synthetic.read}


@dataclass(frozen=True, eq=False)
class Images:
    """A dataset in memory.

    train_images, test_images    (N, 3, H, W) uint8
    train_labels, test_labels    (N,) int64, indices into the source's classes
    mean, std                    per channel over all training images, in units of the full range (0 to 1); standardise
                                 by (pixel / 255 - mean) / std. std is 1 where a channel is constant

    The training images stand in a fixed order that no seed changes (`resweep.data.order`): every prefix is as
    class-balanced as can be, so that the first k are the set of `train_size` k and smaller sets lie in larger ones.
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
    """Read a source. What had to be decoded is cached by fingerprint; trouble with the cache is told to `warn` only.

    With `cached` false the files themselves are read, and their md5 or fingerprint verified, whatever the cache holds.

    Raises MissingError, one line, for a file that is damaged, unreadable, or was changed since `find`.
    """
    names = tuple(field.name for field in fields(Images))
    arrays = cache.recall(source.fingerprint, names, warn) if source.path and cached else None
    if arrays is None:
        arrays = arrange(*LAYOUTS[source.layout](source))
        if source.path:
            cache.keep(source.fingerprint, arrays, warn)
    mean, std = (tuple(arrays.pop(name).tolist()) for name in ("mean", "std"))
    return Images(**arrays, mean=mean, std=std)


def arrange(
    images: NDArray[np.uint8], labels: NDArray[np.int64], train: int
) -> dict[str, NDArray[Any]]:
    """The fields of Images from all images in the order of their source, the first `train` of them for training."""
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
    """Mean and standard deviation per channel, from exact integer sums, so that all machines agree on them."""
    count = images.size // images.shape[1]
    first = images.sum(axis=(0, 2, 3), dtype=np.int64).tolist()
    second = np.einsum("nchw,nchw->c", images, images, dtype=np.int64, casting="unsafe").tolist()
    variances = [(count * b - a * a) / count**2 for a, b in zip(first, second, strict=True)]
    return [a / count / 255 for a in first], [math.sqrt(v) / 255 or 1.0 for v in variances]
