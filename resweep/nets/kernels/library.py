"""Finds and loads the native library, `_spectral_<instructions>.so`, built from `src/` when resweep is installed."""

import ctypes
import os
from functools import cache
from itertools import count, takewhile
from pathlib import Path
from typing import Any

import torch

from .buffers import keep_freed_memory
from .constant import constant

BUILDS = {"AVX512": ("avx512", "avx2", "generic"), "AVX2": ("avx2", "generic")}
"""What a processor can run, the fastest first, by torch's name for it; every other one runs "generic"."""

INTERFACE = 4
"""The native functions' signatures that are known here; `spectral_interface()` says which ones a library has."""

_POINTER: Any = ctypes.c_void_p
_SIZES: list[Any] = [
    ctypes.c_int
] * 9  # residual, images, height, width, inputs, outputs, kernel, lanes, threads
_NORM_SIZES: list[Any] = [
    ctypes.c_int64,
    ctypes.c_int,
    ctypes.c_double,
    *[ctypes.c_int] * 3,
]  # see batch_norm._sizes
Strides: Any = ctypes.c_int64 * 4


class Library:
    """The native functions and how many channels they treat at once: `lanes` as a rule, of the `widths` built."""

    def __init__(self, path: Path) -> None:
        native = ctypes.CDLL(str(path))
        if native.spectral_interface() != INTERFACE:
            raise OSError("it was built from other sources than these; install resweep again")
        self.path = path
        self.forward: Any = native.spectral_forward
        self.forward.argtypes = (
            [_POINTER] * 5 + [ctypes.c_int] + _SIZES + [Strides]
        )  # relu before the sizes
        self.backward: Any = native.spectral_backward
        self.backward.argtypes = [_POINTER] * 7 + _SIZES + [Strides]
        self.norm_forward: Any = native.spectral_norm_forward
        self.norm_forward.argtypes = [_POINTER] * 7 + _NORM_SIZES
        self.norm_backward: Any = native.spectral_norm_backward
        self.norm_backward.argtypes = [_POINTER] * 9 + _NORM_SIZES
        native.spectral_instructions.restype = ctypes.c_char_p
        native.spectral_use_team.argtypes = [_POINTER]
        native.spectral_use_team(torch_team())
        self.instructions = native.spectral_instructions().decode()
        self.widths: list[int] = list(takewhile(bool, map(native.spectral_width, count())))
        self.forced = "RESWEEP_LANES" in os.environ
        self.lanes = int(os.environ.get("RESWEEP_LANES", self.widths[0]))
        if self.lanes not in self.widths:
            raise ValueError(f"RESWEEP_LANES={self.lanes}: {path.name} has {self.widths}")

    def lanes_for(self, channels: int) -> int:
        """The fewest lanes that hold all channels, else `lanes`: lanes without a channel are computed for nothing."""
        holding = [width for width in self.widths if channels <= width < self.lanes]
        return self.lanes if self.forced else min(holding, default=self.lanes)


def torch_team() -> int | None:
    """Address of `GOMP_parallel` in the OpenMP library that torch itself runs on, or None where it runs on another."""
    try:
        torch_library = ctypes.CDLL(str(Path(torch.__file__).with_name("lib") / "libtorch_cpu.so"))
        return ctypes.cast(torch_library.GOMP_parallel, _POINTER).value
    except (OSError, AttributeError):
        return None


@cache
def load() -> Library | str:
    """The library for this processor, or the reason why there is none.

    The environment variable RESWEEP_INSTRUCTIONS (avx512, avx2, generic) asks for one build instead of the best.
    """
    wanted = os.environ.get("RESWEEP_INSTRUCTIONS")
    builds = (
        (wanted,) if wanted else BUILDS.get(torch.backends.cpu.get_cpu_capability(), ("generic",))
    )
    reasons = []
    for name in builds:
        path = Path(__file__).with_name(f"_spectral_{name}.so")
        if not path.exists():
            reasons.append(f"{path.name} was not built")
            continue
        try:
            library = Library(path)
        except (OSError, AttributeError) as error:  # AttributeError: built from far older sources
            reasons.append(f"{path.name} does not load: {error}")
            continue
        keep_freed_memory()
        return library
    return "; ".join(reasons) + " (a C++ compiler was needed when resweep was installed)"


@constant
def missing() -> str | None:
    """The reason why there is no library, or None; torch.compile takes the answer and does not look inside."""
    library = load()
    return library if isinstance(library, str) else None
