"""Hugging Face's Parquet files, `plain_text/train-*.parquet` and the like."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from resweep.data import fingerprint, folder
from resweep.data.pictures import Pictures
from resweep.errors import MissingError

SPLITS = ("train", "test")
IMAGES, LABELS = ("img", "image"), ("label", "fine_label", "labels")


def at(place: Path) -> Sequence[Path]:
    """Folders of `train-*.parquet`: `place` itself, else its subfolders (`plain_text`, ...)."""
    if _shards(place, "train"):
        return [place]
    return sorted({path.parent for path in place.glob("*/train-*.parquet")})


def files(root: Path) -> Sequence[str]:
    """The files of both splits. Raises MissingError where one of them has none."""
    shards = {split: _shards(root, split) for split in SPLITS}
    for split, names in shards.items():
        if not names:
            raise MissingError(f"{root} has no {split}-*.parquet: download it too")
    return [name for names in shards.values() for name in names]


def read(root: Path) -> Pictures:
    """All images (N, 3, H, W), those for training first.

    Raises MissingError for a damaged file, for columns that are not an image and a class, and where
    pyarrow is not installed.
    """
    contents: list[bytes] = []
    labels: list[int] = []
    classes: tuple[str, ...] = ()
    train = 0
    for name in files(root):
        table = _table(root / name)
        image, label = _column(root / name, table, IMAGES), _column(root / name, table, LABELS)
        contents += [_bytes(root / name, cell) for cell in table[image].to_pylist()]
        labels += table[label].to_pylist()
        classes = classes or _names(table, label)
        if name.startswith("train-"):
            train = len(labels)
    if None in labels or min(labels) < 0:
        raise MissingError(f"{root} has images without a label: download another split")
    pixels = fingerprint.in_threads(lambda content: folder.pixels_of(content, root), contents)
    if len({image.shape for image in pixels}) > 1:
        raise MissingError(f"{root} has images of several sizes: resize them")
    named = classes or tuple(str(k) for k in range(max(labels) + 1))
    return Pictures(np.stack(pixels), np.array(labels, dtype=np.int64), train, named)


def _shards(place: Path, split: str) -> list[str]:
    return sorted(path.name for path in place.glob(f"{split}-*.parquet"))


def _table(path: Path) -> Any:
    try:
        from pyarrow import parquet
    except ImportError:
        raise MissingError(f"{path} needs pyarrow: pip install 'resweep[parquet]'") from None
    try:
        return parquet.read_table(path)
    except Exception as error:  # pyarrow's errors are its own
        first = str(error).splitlines()[0]
        raise MissingError(f"cannot read {path} ({first}): download it again") from None


def _column(path: Path, table: Any, wanted: Sequence[str]) -> str:
    """The one of the `wanted` columns that the table has; MissingError where it has none."""
    found = [name for name in wanted if name in table.column_names]
    if not found:
        raise MissingError(
            f"{path} has columns {', '.join(table.column_names)}: rename one to {wanted[0]}"
        )
    return found[0]


def _bytes(path: Path, cell: Any) -> bytes:
    """The bytes of an image file in a cell: `{"bytes": ...}` or the bytes themselves."""
    content = cell.get("bytes") if isinstance(cell, dict) else cell
    if not isinstance(content, bytes):
        raise MissingError(f"{path} holds no bytes of images: save the dataset with its images")
    return content


def _names(table: Any, label: str) -> tuple[str, ...]:
    """The names of the classes, which Hugging Face writes beside the schema; empty without."""
    metadata = (table.schema.metadata or {}).get(b"huggingface", b"{}")
    features = json.loads(metadata).get("info", {}).get("features", {})
    return tuple(features.get(label, {}).get("names", ()))
