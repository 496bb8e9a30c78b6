"""SVHN's cropped digits, `train_32x32.mat` and `test_32x32.mat`, as torchvision keeps them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resweep.data.pictures import Pictures
from resweep.errors import MissingError

OF = "SVHN"
FILES = ("train_32x32.mat", "test_32x32.mat")


def at(place: Path) -> Sequence[Path]:
    """`place` and its subfolder `SVHN`, where they hold one of the two files."""
    candidates = (place, place / "SVHN")
    return [p for p in candidates if any((p / name).is_file() for name in FILES)]


def files(root: Path) -> Sequence[str]:
    """The two files. Raises MissingError naming those that are absent."""
    absent = [name for name in FILES if not (root / name).is_file()]
    if absent:
        raise MissingError(f"{root} lacks {', '.join(absent)}: copy it from torchvision's folder")
    return FILES


def read(root: Path) -> Pictures:
    """All images (N, 3, 32, 32) with labels 0 to 9; SVHN writes a zero as 10.

    Raises MissingError for a damaged file, and where scipy is not installed.
    """
    (train, train_labels), (test, test_labels) = (_read(root / name) for name in files(root))
    labels = np.concatenate([train_labels, test_labels]) % 10
    names = tuple(str(k) for k in range(10))
    return Pictures(np.concatenate([train, test]), labels, len(train), names)


def _read(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The images (N, 3, 32, 32) and labels (N,) in a MATLAB file."""
    try:
        from scipy.io import loadmat
    except ImportError:
        raise MissingError(f"{path} needs scipy: pip install 'resweep[svhn]'") from None
    try:
        content = loadmat(path)
        images, labels = content["X"], content["y"].astype(np.int64).ravel()
        return images.transpose(3, 2, 0, 1).astype(np.uint8), labels
    except Exception as error:  # a damaged file raises anything
        raise MissingError(f"cannot read {path} ({error}): copy the file again") from None
