"""CIFAR-10 as its authors pack it: `cifar-10-batches-py/`, read and md5-checked by torchvision."""

import hashlib
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from resweep.data import cifar, fingerprint
from resweep.data.cache import Warn
from resweep.data.source import Source
from resweep.errors import MissingError

FOLDER = "cifar-10-batches-py"
FILES = (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch", "batches.meta")


def at(place: Path) -> Path | None:
    """The folder of batches in `place`, or None.

    It is the subfolder `cifar-10-batches-py`, or `place` itself if a batch lies in it.
    """
    if (place / FOLDER).is_dir():
        return place / FOLDER
    return place if any((place / name).is_file() for name in FILES) else None


def source(folder: Path, warn: Warn) -> Source:
    """The folder as a source; the md5 of its files is not checked yet.

    Raises MissingError naming the batches that are absent.
    """
    absent = [name for name in FILES if not (folder / name).is_file()]
    if absent:
        raise MissingError(f"{folder} lacks {', '.join(absent)}: {_fix(folder)}")
    files = [fingerprint.File.of(name, (folder / name).stat()) for name in FILES]
    return Source(
        name="cifar10",
        layout="batches",
        fingerprint=fingerprint.content(folder, files, warn),
        train_images=cifar.TRAIN,
        test_images=cifar.TEST,
        classes=cifar.CLASSES,
        shape=cifar.SHAPE,
        path=folder,
    )


def read(source: Source) -> tuple[NDArray[np.uint8], NDArray[np.int64], int]:
    """All images (60000, 3, 32, 32), their labels (60000,), and how many of them train.

    Raises MissingError naming the first batch whose md5 is not CIFAR-10's, and where torchvision
    does not import.
    """
    assert source.path is not None
    folder, datasets = source.path, _torchvision()

    class Whole(datasets.CIFAR10):  # type: ignore[misc, name-defined, unused-ignore]
        """Training and test batches at once: torchvision hashes all six at every construction."""

        base_folder = folder.name
        train_list = [*datasets.CIFAR10.train_list, *datasets.CIFAR10.test_list]  # noqa: RUF012
        test_list: list[list[str]] = []  # noqa: RUF012

    try:
        whole = Whole(folder.parent)
    except RuntimeError:
        raise MissingError(_damage(folder, Whole)) from None
    images = np.ascontiguousarray(whole.data.transpose(0, 3, 1, 2))
    return images, np.array(whole.targets, dtype=np.int64), cifar.TRAIN


def _damage(folder: Path, dataset: type) -> str:
    """Which file is not as it should be; torchvision only says that one of them is not."""
    meta = dataset.meta  # type: ignore[attr-defined]
    for name, expected in [*dataset.train_list, (meta["filename"], meta["md5"])]:  # type: ignore[attr-defined]
        path = folder / name
        if not path.is_file():
            return f"{folder} lacks {name}: {_fix(folder)}"
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "md5").hexdigest()
        if digest != expected:
            size = path.stat().st_size
            return (
                f"{path} is damaged: md5 {digest} ({size:,} bytes), expected {expected}: "
                f"{_fix(folder)}"
            )
    return f"{folder} changed while it was read: run the command again"


def _fix(folder: Path) -> str:
    where = folder.parent if folder.name == FOLDER else folder
    return f"copy the whole folder again, or run: resweep data fetch --data {where}"


def _torchvision() -> ModuleType:
    """torchvision.datasets; MissingError where it does not import."""
    try:
        from torchvision import datasets
    except Exception as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise MissingError(
            f"reading {FOLDER} needs torchvision, which does not import ({why}): install torch and "
            "torchvision of one release from one index (pip install --force-reinstall torch "
            "torchvision), or give an ImageFolder tree"
        ) from None
    module: ModuleType = datasets
    return module
