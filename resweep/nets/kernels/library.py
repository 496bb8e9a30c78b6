"""Finds and loads the native library `_spectral_<instructions>.so`.

It is built from `src/` when resweep is installed.
"""

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
"""The builds that a processor can run, fastest first, by torch's name for its capability.

Every other processor runs "generic".
"""

INTERFACE = 4
"""The version of the native functions' signatures that this module expects.

`spectral_interface()` returns the version of a library.
"""

_POINTER: Any = ctypes.c_void_p
# residual, images, height, width, inputs, outputs, kernel, lanes, threads
_SIZES: list[Any] = [ctypes.c_int] * 9
# pixels, channels, eps, relu, batch, threads: see batch_norm._sizes
_NORM_SIZES: list[Any] = [ctypes.c_int64, ctypes.c_int, ctypes.c_double, *[ctypes.c_int] * 3]
Strides: Any = ctypes.c_int64 * 4


class Library:
    """The functions of one native library.

    `widths` are the numbers of channels that it can process at once, and `lanes` is the one that it
    uses as a rule; the environment variable RESWEEP_LANES sets it. Raises OSError for a library
    that does not load or was built from other sources, and ValueError for lanes that it does not
    have.
    """

    def __init__(self, path: Path) -> None:
        native = ctypes.CDLL(str(path))
        if native.spectral_interface() != INTERFACE:
            raise OSError("it was built from other sources than these; install resweep again")
        self.path = path
        self.forward: Any = native.spectral_forward
        relu = ctypes.c_int
        self.forward.argtypes = [*[_POINTER] * 5, relu, *_SIZES, Strides]
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
        """The fewest lanes that hold all channels, or `lanes` where no smaller number does.

        Lanes without a channel are computed in vain.
        """
        holding = [width for width in self.widths if channels <= width < self.lanes]
        return self.lanes if self.forced else min(holding, default=self.lanes)


def torch_team() -> int | None:
    """The address of `GOMP_parallel` in the OpenMP library that torch runs on.

    None where torch runs on another library than GNU's.
    """
    try:
        torch_library = ctypes.CDLL(str(Path(torch.__file__).with_name("lib") / "libtorch_cpu.so"))
        address: int | None = ctypes.cast(torch_library.GOMP_parallel, _POINTER).value
    except (OSError, AttributeError):
        return None
    return address


@cache
def load() -> Library | str:
    """The library for this processor, or the reason why there is none, as text.

    The environment variable RESWEEP_INSTRUCTIONS (avx512, avx2, generic) selects one build.
    """
    wanted = os.environ.get("RESWEEP_INSTRUCTIONS")
    builds = BUILDS.get(torch.backends.cpu.get_cpu_capability(), ("generic",))
    if wanted:
        builds = (wanted,)
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
    """The reason why there is no library, or None where there is one.

    torch.compile takes the answer as a constant and does not trace into this function.
    """
    library = load()
    return library if isinstance(library, str) else None
