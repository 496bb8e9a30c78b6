"""Which way of computing a convolution is taken: what is forced, preferred, possible or assumed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from . import batch_norm, direct, reference, spectral, tiled, triton
from .library import load
from .trials import Block, Way

PATHS = ("auto", "reference", "channels-first", "spectral", "tiled", "direct", "triton")
WAYS: dict[str, Way] = {
    "reference": reference.convolution,
    "channels-first": reference.channels_first,
    "spectral": spectral.convolution,
    "tiled": tiled.convolution,
    "direct": direct.convolution,
    "triton": triton.convolution,
}

LIMITED: dict[str, Callable[[Tensor, Tensor], str | None]] = {  # the others compute everything
    "spectral": spectral.unsupported,
    "tiled": tiled.unsupported,
    "direct": direct.unsupported,
    "triton": triton.unsupported,
}

_forced = "auto"
_preferred: dict[torch.Size, str] = {}  # by the shape of the weights, see `prefer`


def chosen(x: Tensor, weight: Tensor) -> str:
    """The path of a convolution that names none: what `force` has set, else the fastest."""
    return _fastest(x, weight) if _forced == "auto" else _forced


def memory_format(x: Tensor, weight: Tensor) -> torch.memory_format:
    """How the images of a chain of such convolutions should lie in memory."""
    first = chosen(x, weight) == "channels-first"
    return torch.contiguous_format if first else torch.channels_last


def unsupported(path: str, x: Tensor, weight: Tensor) -> str | None:
    """Why `path` cannot compute with these tensors, or None where it can.

    Only their devices, dtypes and shapes are looked at.
    """
    limited = LIMITED.get(path)
    return None if limited is None else limited(x, weight)


@contextmanager
def force(path: str) -> Iterator[None]:
    """Inside the `with` block, every convolution that does not name a path takes this one."""
    global _forced
    check_name("path", path, PATHS)
    before, _forced = _forced, path
    try:
        yield
    finally:
        _forced = before


@contextmanager
def prefer(weight: torch.Size, path: str) -> Iterator[None]:
    """Inside the `with` block, "auto" takes this path for weights of this shape where it can."""
    global _preferred
    before, _preferred = _preferred, {**_preferred, weight: path}
    try:
        yield
    finally:
        _preferred = before


def candidates(block: Block, dtype: torch.dtype, device: torch.device) -> dict[str, Way | str]:
    """What can compute such a block, by path; the reason in place of what cannot."""
    x = torch.empty((0, block.channels, block.height, block.width), dtype=dtype, device=device)
    weight = torch.empty(
        (block.channels, block.channels, block.kernel, block.kernel), dtype=dtype, device=device
    )
    return {path: unsupported(path, x, weight) or way for path, way in WAYS.items()}


def assumed(block: Block, dtype: torch.dtype, device: torch.device) -> str:
    """The path that "auto" takes for such a block where nothing has been measured."""
    x = torch.empty((0, block.channels, block.height, block.width), dtype=dtype, device=device)
    shape = (block.channels, block.channels, block.kernel, block.kernel)
    return _assumed(x, torch.empty(shape, dtype=dtype, device=device))


def describe(device: torch.device | str = "cpu") -> dict[str, Any]:
    """How the blocks of the paper are computed on `device`.

    `path` is the way that "auto" takes, `forced` is what `force` has set, and `unavailable` maps
    other paths to the reason why they cannot be taken. Beside them stand what the path runs on
    (library, instructions, version of Triton) and how batch normalization is computed.
    """
    x = torch.empty(0, 16, 32, 32, device=device)
    weight = torch.empty(16, 16, 8, 8, device=device)
    path = chosen(x, weight)
    reasons = {name: unsupported(name, x, weight) for name in PATHS}
    facts = FACTS.get(path, dict)
    return {
        "path": path,
        "forced": _forced,
        **facts(),
        "batch_norm": _normalization(device),
        "unavailable": {name: reason for name, reason in reasons.items() if reason},
    }


def _normalization(device: torch.device | str) -> str:
    """How `normalize` computes float32 on `device`: "native" or "reference"."""
    norm, u = nn.BatchNorm2d(1, device=device), torch.empty(1, 1, 2, 2, device=device)
    return "native" if fused(norm, u) else "reference"


def fused(norm: nn.BatchNorm2d, u: Tensor) -> bool:
    """Whether one native pass normalizes `u`."""
    native = _forced in ("auto", "spectral", "tiled", "direct")
    # On the path channels-first stock torch takes what the native pass would first have to turn.
    turned = u.is_contiguous(memory_format=torch.channels_last)
    return native and turned and batch_norm.unsupported(norm, u) is None


def _native() -> dict[str, object]:
    library = load()
    assert not isinstance(library, str)
    return {
        "library": library.path.name,
        "instructions": library.instructions,
        "lanes": library.lanes,
    }


FACTS = {"spectral": _native, "tiled": _native, "direct": _native, "triton": triton.describe}


def _fastest(x: Tensor, weight: Tensor) -> str:
    path = _preferred.get(weight.shape)
    if path is not None and unsupported(path, x, weight) is None:
        return path
    return _assumed(x, weight)


def _assumed(x: Tensor, weight: Tensor) -> str:
    if x.is_cuda:  # `triton` has not been timed on a GPU, or run on one: it must be asked for
        return "reference"
    for path in ("spectral", "tiled"):
        if unsupported(path, x, weight) is None and _worthwhile(x, weight):
            return path
    if _small(weight) and direct.unsupported(x, weight) is None:
        return "direct"
    return "reference"


def _small(weight: Tensor) -> bool:
    """Whether a block is made faster by saving passes over memory than by a better product.

    The native sum reaches about two thirds of what the processor can do, stock torch more.
    """
    outputs, inputs, k, _ = weight.shape
    return outputs == inputs <= 64 and k <= 3


def _worthwhile(x: Tensor, weight: Tensor) -> bool:
    """Whether the direct sum, k^2 H W products a pair of channels, costs more than transforms.

    The factor 10 makes both equal between kernels of 3 x 3 and 4 x 4 on 32 x 32 pixels. The spectra
    of more than 64 channels outgrow the cache, and the memory that stock torch would need.
    """
    products = weight.shape[-1] ** 2 * x.shape[-2] * x.shape[-1]
    return max(weight.shape[:2]) <= 64 and products > 10 * _transform_area(x, weight.shape[-1])


def _transform_area(x: Tensor, k: int) -> int:
    """The number of points of the transforms that hold an image, in tiles where it is large."""
    height, width = x.shape[-2:]
    if max(height, width) <= tiled.LARGEST_TILE:
        return spectral.transform_area(max(height, width))
    how = tiled.cut(height, width, k)
    return how.rows * how.columns * spectral.transform_area(max(how.tile))


def check_name(what: str, name: str, known: tuple[str, ...]) -> None:
    """Raise ValueError for a name that is none of the `known`."""
    if name not in known:
        raise ValueError(f"unknown {what} {name!r}: one of {', '.join(known)}")
