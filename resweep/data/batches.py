"""CIFAR-10 as its authors pack it: `cifar-10-batches-py/`, each file checked by its md5."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from resweep.data import cifar, fingerprint, unpickle
from resweep.data.pictures import Pictures
from resweep.errors import MissingError

FOLDER = "cifar-10-batches-py"
MD5 = {
    "data_batch_1": "c99cafc152244af753f735de768cd75f",
    "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
    "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
    "data_batch_4": "634d18415352ddfa80567beed471001a",
    "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
    "test_batch": "40351d587109b95175f43aff81a1287e",
    "batches.meta": "5ff9c542aee3614f3951f8cda6e48888",
}
FILES = tuple(MD5)


def at(place: Path) -> Sequence[Path]:
    """The subfolder `cifar-10-batches-py` of `place`, or `place` itself if a batch lies in it."""
    if (place / FOLDER).is_dir():
        return [place / FOLDER]
    return [place] if any((place / name).is_file() for name in FILES) else []


def files(folder: Path) -> Sequence[str]:
    """The names of the batches. Raises MissingError naming those that are absent."""
    absent = [name for name in FILES if not (folder / name).is_file()]
    if absent:
        raise MissingError(f"{folder} lacks {', '.join(absent)}: {_fix(folder)}")
    return FILES


def read(folder: Path) -> Pictures:
    """All images (60000, 3, 32, 32) in the order of the batches, those for training first.

    Raises MissingError naming the first file that is absent or whose md5 is not CIFAR-10's.
    """
    contents = {name: _checked(folder / name) for name in files(folder)}
    batches = [unpickle.loads(contents[name], folder / name) for name in FILES[:-1]]
    images = np.concatenate([batch["data"] for batch in batches])
    labels = np.concatenate([batch["labels"] for batch in batches]).astype(np.int64)
    hashes = [(name, hashlib.sha256(content).hexdigest()) for name, content in contents.items()]
    return Pictures(
        images.reshape(-1, *cifar.SHAPE),
        labels,
        len(labels) - len(batches[-1]["labels"]),
        cifar.CLASSES,
        fingerprint.combine(hashes),
    )


def _checked(path: Path) -> bytes:
    """The bytes of a file of the right md5; MissingError for any other."""
    content, expected = path.read_bytes(), MD5[path.name]
    digest = hashlib.md5(content).hexdigest()
    if digest != expected:
        raise MissingError(
            f"{path} is damaged: md5 {digest} ({len(content):,} bytes), expected {expected}: "
            f"{_fix(path.parent)}"
        )
    return content


def _fix(folder: Path) -> str:
    where = folder.parent if folder.name == FOLDER else folder
    return f"copy the whole folder again, or run: resweep data fetch --data {where}"
