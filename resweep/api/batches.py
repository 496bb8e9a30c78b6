"""Batches for an inspection: drawn in a shape, or read from a file."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from resweep.errors import MissingError, UsageError
from resweep.nets.foreign.inputs import Batch
from resweep.nets.streams import generator

SHAPE = re.compile(r"\d+(x\d+)*")
TOKENS = re.compile(r"int:(\d+)(x\d+)?")
LABELS = ("labels", "label", "y", "targets")
INPUTS = ("x", "input", "inputs", "images")
TOKEN_CLASSES = 100  # tokens are drawn below this number, which every vocabulary has


def drawn(text: str, images: int, seed: int = 0) -> Tensor:
    """Return a batch of `images` inputs of a shape: standard normal, or tokens.

    `3x224x224` is the shape of one input; `int:512` are 512 tokens drawn below 100, and
    `int:512x50257` below 50257. Raises UsageError for a text that is neither.
    """
    draw = generator(seed, "input")
    tokens = TOKENS.fullmatch(text)
    if tokens:
        classes = int(tokens[2][1:]) if tokens[2] else TOKEN_CLASSES
        return torch.randint(max(classes, 1), (images, int(tokens[1])), generator=draw)
    if not SHAPE.fullmatch(text) or 0 in (shape := tuple(map(int, text.split("x")))):
        raise UsageError(f"--input {text!r} is no shape: write 3x224x224, or int:512 for tokens")
    return torch.randn((images, *shape), generator=draw)


def load(path: Path) -> tuple[Batch, Tensor | None]:
    """Return the batch of a .pt or .npz file, and its labels where it has some.

    A file holds a tensor, a pair (inputs, labels), or names: `labels` or `y`; `x` or `input`, else
    every other name is a keyword of the model. Nothing in the file is executed. Raises MissingError
    where there is no such file and UsageError for one that holds no tensors.
    """
    there(path)
    try:
        held = _read(path)
    except Exception as error:
        first = str(error).partition("\n")[0].partition(". ")[0]
        raise UsageError(
            f"--batch {path} cannot be read as .pt or .npz: {first}: "
            "save a tensor, a pair (inputs, labels) or a dict of tensors"
        ) from error
    if isinstance(held, Tensor):
        return held, None
    if isinstance(held, (tuple, list)) and len(held) == 2 and isinstance(held[1], Tensor):
        return held[0], held[1]
    if isinstance(held, Mapping) and held and all(isinstance(v, Tensor) for v in held.values()):
        rest = {str(k): v for k, v in held.items()}
        labels = next((rest.pop(name) for name in LABELS if name in rest), None)
        if len(rest) == 1 and next(iter(rest)) in INPUTS:
            return next(iter(rest.values())), labels
        return rest, labels
    raise UsageError(f"--batch {path} holds no tensor, no pair of them and no tensors by name")


def there(path: Path) -> None:
    """Raise MissingError where there is no such file."""
    if not path.is_file():
        raise MissingError(f"--batch {path}: there is no such file")


def _read(path: Path) -> Any:
    if path.suffix == ".npz":
        with np.load(path, allow_pickle=False) as arrays:
            return {name: torch.from_numpy(arrays[name]) for name in arrays.files}
    return torch.load(path, map_location="cpu", weights_only=True)
