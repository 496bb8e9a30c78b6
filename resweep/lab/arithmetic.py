"""How a GPU computes the experiments: in the precision that was asked for, the same each time.

float32 means IEEE float32. By default cuDNN rounds the factors of float32 convolutions to TF32,
which has 11 significant bits; here only precision `tf32` does, for convolutions and products alike.
Algorithms are deterministic where torch has one. An operation that has none is named in the run's
provenance, since two runs may then differ in their last digits.
"""

import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import torch

WORKSPACE = "CUBLAS_WORKSPACE_CONFIG"  # without it, cuBLAS may add in another order each time
NONDETERMINISTIC = re.compile(r"(\S+) does not have a deterministic implementation")


@contextmanager
def arithmetic(precision: str, device: torch.device) -> Iterator[list[str]]:
    """Compute in `precision` on `device` inside the block, and leave torch as it was.

    Yields the list of the operations that may give other bits another time; it is whole when the
    block ends, and always empty on a CPU.
    """
    unstable: list[str] = []
    if device.type != "cuda":
        yield unstable
        return
    os.environ.setdefault(WORKSPACE, ":4096:8")
    before = settings()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        take((precision == "tf32", precision == "tf32", True, False), True)
        try:
            yield unstable
        finally:
            take(*before)
            others = sorted_out(caught, unstable)
    for warning in others:
        warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)


Flags = tuple[bool, bool, bool, bool]


def settings() -> tuple[Flags, bool]:
    """The flags as they are: TF32 of cuBLAS and of cuDNN, cuDNN's two, and determinism."""
    cudnn, matmul = torch.backends.cudnn, torch.backends.cuda.matmul
    flags = (matmul.allow_tf32, cudnn.allow_tf32, cudnn.deterministic, cudnn.benchmark)
    return flags, torch.are_deterministic_algorithms_enabled()


def take(flags: Flags, deterministic: bool) -> None:
    """Set the flags; operations without a deterministic algorithm warn and run."""
    cudnn, matmul = torch.backends.cudnn, torch.backends.cuda.matmul
    matmul.allow_tf32, cudnn.allow_tf32, cudnn.deterministic, cudnn.benchmark = flags
    torch.use_deterministic_algorithms(deterministic, warn_only=True)


def sorted_out(
    caught: list[warnings.WarningMessage], unstable: list[str]
) -> list[warnings.WarningMessage]:
    """Add the operations without a deterministic algorithm to `unstable`; the other warnings."""
    others = []
    for warning in caught:
        named = NONDETERMINISTIC.search(str(warning.message))
        if named is None:
            others.append(warning)
        elif named[1] not in unstable:
            unstable.append(named[1])
    return others
