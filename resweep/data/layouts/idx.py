"""MNIST, FashionMNIST and their kin: IDX files, plain or gzipped, as torchvision keeps them."""

import gzip
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resweep.data.pictures import FASHION, Pictures
from resweep.errors import MissingError

OF = "MNIST or one of its kin"
KINDS = ("MNIST", "FashionMNIST", "KMNIST")
FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
UNSIGNED_BYTES = 8  # the third byte of the magic number


def at(place: Path) -> Sequence[Path]:
    """Folders of IDX files: `place`, its `raw`, and `MNIST/raw` (FashionMNIST/raw, ...) in it."""
    candidates = [place, place / "raw", *(place / kind / "raw" for kind in KINDS)]
    return [folder for folder in candidates if _is_there(folder, FILES[0])]


def files(root: Path) -> Sequence[str]:
    """The four files, `.gz` where only that is there. Raises MissingError for an absent one."""
    absent = [name for name in FILES if not _is_there(root, name)]
    if absent:
        raise MissingError(f"{root} lacks {', '.join(absent)}: copy the whole folder again")
    return [name if (root / name).is_file() else f"{name}.gz" for name in FILES]


def read(root: Path) -> Pictures:
    """All images (N, 1, H, W); those for training first. Raises MissingError for damaged files."""
    train, train_labels, test, test_labels = (array(root / name) for name in files(root))
    if (len(train), len(test)) != (len(train_labels), len(test_labels)) or train.ndim != 3:
        raise MissingError(f"{root} has not one label for each image: copy the folder again")
    labels = np.concatenate([train_labels, test_labels]).astype(np.int64)
    names = tuple(str(k) for k in range(int(labels.max()) + 1))
    if root.parent.name == "FashionMNIST":
        names = FASHION
    images = np.concatenate([train, test])[:, None]
    return Pictures(images, labels, len(train), names)


def array(path: Path) -> NDArray[np.uint8]:
    """The array of bytes in an IDX file, whose header is a magic number and big-endian sizes.

    Raises MissingError where the file is damaged or holds other numbers.
    """
    try:
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise MissingError(f"cannot read {path} ({error}): copy the file again") from None
    kind, dimensions = (content[2], content[3]) if len(content) > 3 else (0, 0)
    start = 4 + 4 * dimensions
    shape = tuple(np.frombuffer(content[4:start], ">u4").tolist()) if len(content) >= start else ()
    size = len(content) - start
    if kind != UNSIGNED_BYTES or len(shape) != dimensions or int(np.prod(shape)) != size:
        raise MissingError(f"{path} is no whole IDX file of bytes: copy the file again")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def _is_there(root: Path, name: str) -> bool:
    return (root / name).is_file() or (root / f"{name}.gz").is_file()
