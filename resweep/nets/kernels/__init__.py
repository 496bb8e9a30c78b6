"""The residual convolution   y = [x +] f(w * x + b):   one function, several ways to compute it.

reference   stock torch operations, on any device and in any precision
channels-first
            the same on NCHW memory, where the others have NHWC: faster for some shapes on the CPU
spectral    native code through the frequency domain, on the CPU in float32, for images up to
            32 pixels wide and kernels up to 9
tiled       the same for larger images, cut into tiles that overlap
direct      native code for the sum itself, on the CPU in float32, for images and kernels of any
            size
triton      a direct fused kernel on CUDA, in float32, bfloat16 or float16, for kernels up to 9
"""

from collections.abc import Sequence
from itertools import zip_longest

from torch import Tensor, nn

from . import batch_norm, chain, norm_chain
from .library import missing
from .paths import (
    PATHS,
    WAYS,
    assumed,
    candidates,
    check_name,
    chosen,
    describe,
    force,
    fused,
    memory_format,
    prefer,
    unsupported,
)

ACTIVATIONS = ("identity", "relu")

__all__ = [
    "ACTIVATIONS",
    "PATHS",
    "WAYS",
    "activated_convolutions",
    "assumed",
    "candidates",
    "chosen",
    "convolution",
    "convolutions",
    "describe",
    "force",
    "memory_format",
    "normalize",
    "normalized_convolutions",
    "prefer",
    "unsupported",
]


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
    path = chosen(x, weight) if path == "auto" else path
    if reason := unsupported(path, x, weight):
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
    check_name("activation", activation, ACTIVATIONS)
    run = batch_norm.native if fused(norm, u) else batch_norm.reference
    return run(norm, u, activation == "relu", onto)


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
    check_name("activation", activation, ACTIVATIONS)
    check_name("path", path, PATHS)
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
