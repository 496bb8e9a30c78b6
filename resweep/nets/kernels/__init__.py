"""The residual convolution   y = [x +] f(w * x + b):   one function, several ways to compute it.

reference   stock torch operations, on any device and in any precision
channels-first
            the same on NCHW memory, where the others have NHWC: faster for some shapes on the CPU
spectral    native code through the frequency domain, on the CPU in float32, for images up to
            32 pixels wide and kernels up to 9
direct      native code for the sum itself, on the CPU in float32, for images and kernels of any
            size
triton      a direct fused kernel on CUDA, in float32, bfloat16 or float16, for kernels up to 9
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from typing import Any

import torch
from torch import Tensor, nn

from . import batch_norm, chain, direct, norm_chain, reference, spectral, triton
from .library import load, missing
from .trials import Block, Way

ACTIVATIONS = ("identity", "relu")
PATHS = ("auto", "reference", "channels-first", "spectral", "direct", "triton")
WAYS: dict[str, Way] = {
    "reference": reference.convolution,
    "channels-first": reference.channels_first,
    "spectral": spectral.convolution,
    "direct": direct.convolution,
    "triton": triton.convolution,
}

_forced = "auto"
_preferred: dict[torch.Size, str] = {}  # by the shape of the weights, see `prefer`


def convolution(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    *,
    activation: str = "identity",
    residual: bool = False,
    path: str = "auto",
) -> Tensor:
    """[x +] f(conv(x, weight) + bias), zero-padded to the size of x.

    There are (k-1)//2 zeros before the image and k//2 after it, along either axis.

    x           (N, C_in, H, W), any memory format
    weight      (C_out, C_in, k, k); bias (C_out,) or None
    activation  f: "identity" or "relu"
    residual    add x; needs C_in = C_out
    path        one of `PATHS`; "auto" is the one that `force` has set, else the one that `prefer`
                has set, else the one that is assumed to be the fastest

    Raises ValueError for shapes that do not fit, for unknown names, and for a path that cannot
    compute with these tensors.
    """
    _check(x, weight, bias, activation, residual, path)
    path = _forced if path == "auto" else path
    if path == "auto":
        path = _fastest(x, weight)
    elif reason := unsupported(path, x, weight):
        raise ValueError(f"the {path} path cannot be used: {reason}")
    return WAYS[path](x, weight, bias, activation == "relu", residual)


def convolutions(
    x: Tensor,
    weights: Sequence[Tensor],
    biases: Sequence[Tensor] = (),
    *,
    activation: str = "identity",
    residual: bool = False,
    activate_last: bool = False,
) -> Tensor:
    """`convolution` with each of the `weights` in turn, and its bias where there are `biases`.

    With `activate_last` a block is f(x + conv(x) + b). On the native paths all of them are one
    call, where `chain` supports these weights.
    """
    _check(x, weights[0], biases[0] if biases else None, activation, residual, "auto")
    path, relu = chosen(x, weights[0]), activation == "relu"
    last = activate_last and residual and relu
    if _chains(path, x, weights) and not (last and missing("sum_forward")):
        return chain.convolutions(x, weights, biases, relu, residual, path == "direct", last)
    inner = "identity" if last else activation
    for weight, bias in zip_longest(weights, biases):
        x = convolution(x, weight, bias, activation=inner, residual=residual)
        x = x.relu() if last else x
    return x


def normalized_convolutions(
    x: Tensor,
    weights: Sequence[Tensor],
    norms: Sequence[nn.BatchNorm2d],
    biases: Sequence[Tensor] = (),
    *,
    activation: str = "relu",
    depth: int = 1,
    norm_first: bool = False,
) -> Tensor:
    """Blocks z + f(norm(conv ... f(norm(conv z)))), each with `depth` of the `weights` and `norms`.

    Where there are `biases` (C,), each convolution has one. With `norm_first` the blocks are
    z + conv(f(norm ... conv(f(norm z)))). The running statistics are updated as if the norms were
    called. On the native paths all blocks are one call, where `norm_chain` supports these norms;
    otherwise each is computed by `convolution` and `normalize`.
    """
    _check(x, weights[0], None, activation, True, "auto")
    path = chosen(x, weights[0])
    if _chains(path, x, weights) and norm_chain.unsupported(x, norms) is None:
        relu, by_sums = activation == "relu", path == "direct"
        return norm_chain.convolutions(x, weights, norms, relu, depth, norm_first, by_sums, biases)
    z = h = x
    for i, (weight, norm, bias) in enumerate(zip_longest(weights, norms, biases)):
        ends = i % depth == depth - 1
        if norm_first:
            u = convolution(normalize(norm, h, activation=activation), weight, bias)
            h = z + u if ends else u
        else:
            u = convolution(h, weight, bias)
            h = normalize(norm, u, activation=activation, onto=z if ends else None)
        z = h if ends else z
    return z


def activated_convolutions(
    x: Tensor,
    weights: Sequence[Tensor],
    *,
    activation: str = "relu",
    depth: int = 1,
    activate_first: bool = False,
) -> Tensor:
    """Blocks z + f(conv ... f(conv z)), each with `depth` of the `weights`.

    With `activate_first` they are z + conv(f(... conv(f(z)))). On the native paths all blocks are
    one call.
    """
    _check(x, weights[0], None, activation, True, "auto")
    relu, path = activation == "relu", chosen(x, weights[0])
    if _chains(path, x, weights):
        return norm_chain.activated(x, weights, relu, depth, activate_first, path == "direct")
    z = h = x
    for i, weight in enumerate(weights):
        if activate_first:
            h = convolution(h.relu() if relu else h, weight)
        else:
            h = convolution(h, weight, activation=activation)
        if i % depth == depth - 1:
            z = h = z + h
    return z


def normalize(
    norm: nn.BatchNorm2d, u: Tensor, *, activation: str = "identity", onto: Tensor | None = None
) -> Tensor:
    """[onto +] f(norm(u)), in one native pass over memory where that is possible.

    norm        batch normalization in training or evaluation mode; its running statistics are
                updated as if it were called
    u, onto     (N, C, H, W), of equal shape
    activation  f: "identity" or "relu"

    Inside `force("reference")` stock torch operations compute it. Raises ValueError for an unknown
    activation.
    """
    _check_name("activation", activation, ACTIVATIONS)
    run = batch_norm.native if _fused(norm, u) else batch_norm.reference
    return run(norm, u, activation == "relu", onto)


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
    if path == "triton":
        return triton.unsupported(x, weight)
    if path == "spectral":
        return spectral.unsupported(x, weight)
    if path == "direct":
        return direct.unsupported(x, weight)
    return None


@contextmanager
def force(path: str) -> Iterator[None]:
    """Inside the `with` block, every convolution that does not name a path takes this one."""
    global _forced
    _check_name("path", path, PATHS)
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
    facts = {"spectral": _native, "direct": _native, "triton": triton.describe}.get(path, dict)
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
    return "native" if _fused(norm, u) else "reference"


def _fused(norm: nn.BatchNorm2d, u: Tensor) -> bool:
    native = _forced in ("auto", "spectral", "direct")
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


def _fastest(x: Tensor, weight: Tensor) -> str:
    path = _preferred.get(weight.shape)
    if path is not None and unsupported(path, x, weight) is None:
        return path
    return _assumed(x, weight)


def _assumed(x: Tensor, weight: Tensor) -> str:
    if x.is_cuda:  # `triton` has not been timed on a GPU, or run on one: it must be asked for
        return "reference"
    if _worthwhile(x, weight) and spectral.unsupported(x, weight) is None:
        return "spectral"
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
    return max(weight.shape[:2]) <= 64 and products > 10 * spectral.transform_area(x)


def _chains(path: str, x: Tensor, weights: Sequence[Tensor]) -> bool:
    """Whether one native call computes all of these convolutions on `path`."""
    # A tensor that only stands for a shape (FakeTensor) has no memory that a pointer could name.
    if type(x) is not Tensor or path not in ("spectral", "direct"):
        return False
    if unsupported(path, x, weights[0]):
        return False
    return chain.unsupported(weights) is None


def _check(
    x: Tensor, weight: Tensor, bias: Tensor | None, activation: str, residual: bool, path: str
) -> None:
    _check_name("activation", activation, ACTIVATIONS)
    _check_name("path", path, PATHS)
    images = x.dim() == weight.dim() == 4
    if not images or weight.shape[2] != weight.shape[3] or x.shape[1] != weight.shape[1]:
        raise ValueError(
            f"x (N, C_in, H, W) and weight (C_out, C_in, k, k) do not fit: "
            f"{x.shape} and {weight.shape}"
        )
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError(f"bias must have shape ({weight.shape[0]},), not {tuple(bias.shape)}")
    if residual and weight.shape[0] != weight.shape[1]:
        raise ValueError(
            f"residual needs as many outputs as inputs, not {weight.shape[0]} and {weight.shape[1]}"
        )


def _check_name(what: str, name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        raise ValueError(f"unknown {what} {name!r}: one of {', '.join(known)}")
