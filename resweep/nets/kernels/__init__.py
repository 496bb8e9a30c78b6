"""The residual convolution   y = [x +] f(w * x + b):   one function, several ways to compute it.

reference   stock torch operations, any device and precision
spectral    native code through the frequency domain: CPU, float32, images up to 32 pixels, kernels up to 9
triton      direct and fused: CUDA, float32, bfloat16, float16, kernels up to 9
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from . import batch_norm, chain, reference, spectral, triton
from .library import load

ACTIVATIONS = ("identity", "relu")
PATHS = ("auto", "reference", "spectral", "triton")

_forced = "auto"


def convolution(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    *,
    activation: str = "identity",
    residual: bool = False,
    path: str = "auto",
) -> Tensor:
    """[x +] f(conv(x, weight) + bias), zero-padded to the size of x: (k-1)//2 pixels before and k//2 after.

    x           (N, C_in, H, W), any memory format
    weight      (C_out, C_in, k, k); bias (C_out,) or None
    activation  f: "identity" or "relu"
    residual    add x; needs C_in = C_out
    path        "reference", "spectral", "triton", or "auto": what `force` says, else the fastest of those measured

    Raises ValueError for shapes that do not fit, unknown names, and a path that cannot take these tensors.
    """
    _check(x, weight, bias, activation, residual, path)
    path = _forced if path == "auto" else path
    if path == "auto":
        path = _fastest(x, weight)
    elif reason := unsupported(path, x, weight):
        raise ValueError(f"the {path} path cannot be used: {reason}")
    run = {"reference": reference, "spectral": spectral, "triton": triton}[path].convolution
    return run(x, weight, bias, activation == "relu", residual)


def convolutions(
    x: Tensor, weights: Sequence[Tensor], *, activation: str = "identity", residual: bool = False
) -> Tensor:
    """`convolution` with each of the weights in turn, without biases; one step where the spectral path can take all."""
    _check(x, weights[0], None, activation, residual, "auto")
    spectral_path = _forced == "spectral" or (
        _forced == "auto" and _fastest(x, weights[0]) == "spectral"
    )
    if spectral_path and chain.unsupported(x, weights) is None:
        return chain.convolutions(x, weights, activation == "relu", residual)
    for weight in weights:
        x = convolution(x, weight, activation=activation, residual=residual)
    return x


def normalize(
    norm: nn.BatchNorm2d, u: Tensor, *, activation: str = "identity", onto: Tensor | None = None
) -> Tensor:
    """[onto +] f(norm(u)), as one native pass over memory where it can be, unless `force` asks for the reference.

    norm        batch normalization in training or evaluation mode; its running statistics move as if it were called
    u, onto     (N, C, H, W) of one shape
    activation  f: "identity" or "relu"

    Raises ValueError for an unknown activation.
    """
    _check_name("activation", activation, ACTIVATIONS)
    run = batch_norm.native if _fused(norm, u) else batch_norm.reference
    return run(norm, u, activation == "relu", onto)


def unsupported(path: str, x: Tensor, weight: Tensor) -> str | None:
    """Why `path` cannot take these tensors, or None where it can; only their kind and shape are looked at."""
    if path == "triton":
        return triton.unsupported(x, weight)
    return spectral.unsupported(x, weight) if path == "spectral" else None


@contextmanager
def force(path: str) -> Iterator[None]:
    """Inside the `with` block every convolution that does not name a path takes this one."""
    global _forced
    _check_name("path", path, PATHS)
    before, _forced = _forced, path
    try:
        yield
    finally:
        _forced = before


def describe(device: torch.device | str = "cpu") -> dict[str, Any]:
    """The path that the paper's blocks take on `device`, what it runs on, and why others cannot be taken there."""
    x = torch.empty(0, 16, 32, 32, device=device)
    weight = torch.empty(16, 16, 8, 8, device=device)
    path = _fastest(x, weight) if _forced == "auto" else _forced
    unavailable = {name: reason for name in PATHS if (reason := unsupported(name, x, weight))}
    facts = {"spectral": _native, "triton": triton.describe}.get(path, dict)
    normalized = {"batch_norm": _normalization(device)}
    return {"path": path, "forced": _forced, **facts(), **normalized, "unavailable": unavailable}


def _normalization(device: torch.device | str) -> str:
    """The pass that `normalize` takes for float32 on `device`."""
    norm, u = nn.BatchNorm2d(1, device=device), torch.empty(1, 1, 2, 2, device=device)
    return "native" if _fused(norm, u) else "reference"


def _fused(norm: nn.BatchNorm2d, u: Tensor) -> bool:
    return _forced in ("auto", "spectral") and batch_norm.unsupported(norm, u) is None


def _native() -> dict[str, object]:
    library = load()
    assert not isinstance(library, str)
    return {
        "library": library.path.name,
        "instructions": library.instructions,
        "lanes": library.lanes,
    }


def _fastest(x: Tensor, weight: Tensor) -> str:
    if x.is_cuda:  # `triton` has not been timed on a GPU, or run on one: it must be asked for
        return "reference"
    return (
        "spectral"
        if _worthwhile(x, weight) and spectral.unsupported(x, weight) is None
        else "reference"
    )


def _worthwhile(x: Tensor, weight: Tensor) -> bool:
    """Does the direct sum take more products, k^2 H W a pair of channels, than the transform costs?

    The factor puts the even point between 3 x 3 and 4 x 4 on 32 x 32 pixels. Spectra of many channels outgrow the cache
    and the memory that stock torch would need.
    """
    products = weight.shape[-1] ** 2 * x.shape[-2] * x.shape[-1]
    return max(weight.shape[:2]) <= 64 and products > 10 * spectral.transform_area(x)


def _check(
    x: Tensor, weight: Tensor, bias: Tensor | None, activation: str, residual: bool, path: str
) -> None:
    _check_name("activation", activation, ACTIVATIONS)
    _check_name("path", path, PATHS)
    if (
        x.dim() != 4
        or weight.dim() != 4
        or weight.shape[2] != weight.shape[3]
        or x.shape[1] != weight.shape[1]
    ):
        raise ValueError(
            f"x (N, C_in, H, W) and weight (C_out, C_in, k, k) do not fit: {x.shape} and {weight.shape}"
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
