"""The residual convolution of large images through the frequency domain, tile by tile.

    u[p] = sum_j w[j] x[p + j - (k-1)//2]:   a tile of T pixels gives u exactly at T - k + 1 of them

Images beyond the largest transform are cut into tiles that overlap by k - 1 pixels (overlap-save).
Each tile is convolved as an image of the spectral path, and of its output the pixels that saw no
edge of the tile are put together. A kernel of 8 on 64 x 64 pixels takes 9 tiles, some 18 real
multiplications for each pixel and pair of channels, where the direct sum takes 64.

The gradients follow from the same cuts: that of the tiles is zero where their output was dropped,
and pixels that several tiles read sum the gradients of all.
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from . import spectral
from .library import missing

LARGEST_TILE = spectral.LARGEST_IMAGE


class Cut(NamedTuple):
    """How images of `height` x `width` are cut for a kernel of k pixels.

    rows, columns    how many tiles there are along each axis
    down, across     how many rows and columns of the output one tile gives
    """

    height: int
    width: int
    k: int
    rows: int
    columns: int
    down: int
    across: int

    @property
    def before(self) -> int:
        """How many zeros lie before the image along either axis."""
        return (self.k - 1) // 2

    @property
    def tile(self) -> tuple[int, int]:
        """Height and width of a tile."""
        return self.down + self.k - 1, self.across + self.k - 1

    def corners(self) -> list[tuple[int, int]]:
        """The first row and column of what each tile gives, row by row."""
        tops = range(0, self.rows * self.down, self.down)
        lefts = range(0, self.columns * self.across, self.across)
        return [(top, left) for top in tops for left in lefts]


def cut(height: int, width: int, k: int) -> Cut:
    """The cut into the fewest tiles, of which no one is larger than it must be."""
    most = LARGEST_TILE - k + 1
    rows, columns = -(-height // most), -(-width // most)
    return Cut(height, width, k, rows, columns, -(-height // rows), -(-width // columns))


def unsupported(x: Tensor, weight: Tensor) -> str | None:
    """Why this path cannot compute with these tensors, or None where it can."""
    if reason := missing() or spectral.not_native(x, weight):
        return reason
    if weight.shape[-1] > spectral.LARGEST_KERNEL:
        return f"it holds kernels up to {spectral.LARGEST_KERNEL}, not {weight.shape[-1]}"
    if max(x.shape[-2:]) <= LARGEST_TILE:
        return f"it cuts images beyond {LARGEST_TILE} pixels; these fit the spectral path"
    return None


def convolution(
    x: Tensor, weight: Tensor, bias: Tensor | None, relu: bool, residual: bool
) -> Tensor:
    """`resweep.nets.kernels.convolution` on this path; the shapes have been checked."""
    height, width = x.shape[-2:]
    how = cut(height, width, weight.shape[-1])
    tiles = _Taken.apply(x, how)
    u: Tensor = _Joined.apply(spectral.convolution(tiles, weight, bias, False, False), how)
    if relu:
        u = u.relu_()  # nothing needs u itself again
    return x + u if residual else u


class _Taken(torch.autograd.Function):
    """x (N, C, H, W) to its tiles (rows * columns * N, C, *tile), those of one corner together."""

    @staticmethod
    def forward(ctx, x: Tensor, how: Cut) -> Tensor:  # type: ignore[no-untyped-def]
        ctx.how = how
        n = len(x)
        padded = F.pad(x, _margins(how))
        tiles = _images(x, (how.rows * how.columns * n, x.shape[1], *how.tile))
        height, width = how.tile
        for i, (top, left) in enumerate(how.corners()):
            tiles[i * n : (i + 1) * n] = padded[..., top : top + height, left : left + width]
        return tiles

    @staticmethod
    def backward(ctx, g: Tensor):  # type: ignore[no-untyped-def]
        how: Cut = ctx.how
        n = len(g) // (how.rows * how.columns)
        height, width = how.tile
        whole = (how.rows * how.down + how.k - 1, how.columns * how.across + how.k - 1)
        padded = _images(g, (n, g.shape[1], *whole)).zero_()
        for i, (top, left) in enumerate(how.corners()):
            padded[..., top : top + height, left : left + width] += g[i * n : (i + 1) * n]
        first = how.before
        return padded[..., first : first + how.height, first : first + how.width], None


class _Joined(torch.autograd.Function):
    """The outputs of all tiles to images (N, C, H, W), of the pixels that saw no edge of a tile."""

    @staticmethod
    def forward(ctx, outputs: Tensor, how: Cut) -> Tensor:  # type: ignore[no-untyped-def]
        ctx.how = how
        n = len(outputs) // (how.rows * how.columns)
        u = _images(outputs, (n, outputs.shape[1], how.height, how.width))
        for i, (top, left) in enumerate(how.corners()):
            place = u[..., top : top + how.down, left : left + how.across]
            place.copy_(_inside(outputs[i * n : (i + 1) * n], how, place))
        return u

    @staticmethod
    def backward(ctx, g: Tensor):  # type: ignore[no-untyped-def]
        how: Cut = ctx.how
        n = len(g)
        outputs = _images(g, (how.rows * how.columns * n, g.shape[1], *how.tile)).zero_()
        for i, (top, left) in enumerate(how.corners()):
            part = g[..., top : top + how.down, left : left + how.across]
            _inside(outputs[i * n : (i + 1) * n], how, part).copy_(part)
        return outputs, None


def _inside(tiles: Tensor, how: Cut, like: Tensor) -> Tensor:
    """The pixels of tiles that saw no edge; of the last ones only those within the image."""
    first, (height, width) = how.before, like.shape[-2:]
    return tiles[..., first : first + height, first : first + width]


def _margins(how: Cut) -> tuple[int, int, int, int]:
    """Zeros to the left, right, top and bottom of an image, so that the tiles end with it."""
    right = how.columns * how.across - how.width + how.k // 2
    bottom = how.rows * how.down - how.height + how.k // 2
    return how.before, right, how.before, bottom


def _images(like: Tensor, size: tuple[int, int, int, int]) -> Tensor:
    """Uninitialized images of a size, channels_last, as the native code wants them."""
    return torch.empty(
        size, dtype=like.dtype, device=like.device, memory_format=torch.channels_last
    )
