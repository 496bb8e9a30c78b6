"""The arrays that training reads: images in their fixed order, and statistics by channel."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resweep.data.order import interleave
from resweep.data.pictures import Pictures

NAMES = ("train_images", "train_labels", "test_images", "test_labels", "mean", "std")


def arrange(pictures: Pictures) -> dict[str, NDArray[Any]]:
    """The fields of `resweep.data.Images` (NAMES), from all images in the order given."""
    images, labels, train = pictures.images, pictures.labels, pictures.train
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
