"""Finds and loads the native library `_spectral_<instructions>.so`.

It is built from `src/` when resweep is installed.
"""

import ctypes
import os
from collections.abc import Callable, Sequence
from functools import cache
from itertools import count, takewhile
from pathlib import Path
from typing import Any

import torch

from resweep.errors import UsageError

from .buffers import keep_freed_memory
from .constant import constant
from .layouts import Norm, NormGradients, Source, Target

BUILDS = {"AVX512": ("avx512", "avx2", "generic"), "AVX2": ("avx2", "generic")}
"""The builds that a processor can run, fastest first, by torch's name for its capability.

Every other processor runs "generic".
"""

INTERFACE = 6
"""The version of the native functions' signatures that this module expects.

`spectral_interface()` returns the version of a library.
"""

_POINTER: Any = ctypes.c_void_p
Strides: Any = ctypes.c_int64 * 4
# images, height, width, inputs, outputs, kernel, lanes, threads, strides
_SIZES: list[Any] = [*[ctypes.c_int] * 8, Strides]
# pixels, channels, threads
_NORM_SIZES: list[Any] = [ctypes.c_int64, ctypes.c_int, ctypes.c_int]
_RELU = _RESIDUAL = ctypes.c_int


def _arguments() -> dict[str, list[Any]]:
    """The argument types of every function that computes, by its name without `spectral_`."""
    a_source, a_target = ctypes.POINTER(Source), ctypes.POINTER(Target)
    a_norm, gradients = ctypes.POINTER(Norm), ctypes.POINTER(NormGradients)
    functions = {
        "forward": [*[_POINTER] * 5, _RELU, _RESIDUAL, *_SIZES],
        "backward": [*[_POINTER] * 7, _RESIDUAL, *_SIZES],
        "sum_forward": [*[_POINTER] * 5, *_SIZES],
        "sum_backward": [*[_POINTER] * 7, *_SIZES],
        "linked_forward": [a_source, _POINTER, a_target, _POINTER, _POINTER, *_SIZES],
        "linked_backward": [a_source, a_source, _POINTER, a_target, _POINTER, gradients, *_SIZES],
    }
    direct = {f"direct_{name}": arguments for name, arguments in functions.items()}
    return {
        **functions,
        **direct,
        "norm_statistics": [_POINTER, _POINTER, _POINTER, *_NORM_SIZES],
        "norm_gradients": [_POINTER, _POINTER, a_norm, gradients, *_NORM_SIZES],
        "norm_write": [a_source, *_NORM_SIZES],
    }


class Library:
    """The functions of one native library.

    `widths` are the numbers of channels that it can transform at once, and `lanes` is the one that
    it uses as a rule; the environment variable RESWEEP_LANES sets it. Raises OSError for a library
    that does not load or was built from other sources, and UsageError for lanes that it does not
    have.
    """

    forward: Any
    backward: Any
    sum_forward: Any
    sum_backward: Any
    linked_forward: Any
    linked_backward: Any
    direct_forward: Any
    direct_backward: Any
    direct_sum_forward: Any
    direct_sum_backward: Any
    direct_linked_forward: Any
    direct_linked_backward: Any
    norm_statistics: Any
    norm_gradients: Any
    norm_write: Any

    def __init__(self, path: Path) -> None:
        native = ctypes.CDLL(str(path))
        if native.spectral_interface() != INTERFACE:
            raise OSError("it was built from other sources than these; install resweep again")
        self.path = path
        for name, arguments in _arguments().items():
            function = getattr(native, f"spectral_{name}", None)
            if function is not None:  # a library of older sources has no links
                function.argtypes = arguments
            setattr(self, name, function)
        native.spectral_instructions.restype = ctypes.c_char_p
        native.spectral_use_team.argtypes = [_POINTER]
        native.spectral_use_team(torch_team())
        native.spectral_flush.argtypes = [ctypes.c_int]
        self.flush = native.spectral_flush
        self.instructions = native.spectral_instructions().decode()
        self.widths = _widths(native.spectral_width)
        self.direct_widths = _widths(getattr(native, "spectral_direct_width", lambda _: 0))
        lanes = asked("RESWEEP_LANES", [str(width) for width in self.widths])
        self.forced = lanes is not None
        self.lanes = int(lanes or self.widths[0])

    def lanes_for(self, channels: int, direct: bool = False) -> int:
        """The lane count that fills up the channels with the fewest lanes; of several the largest.

        Lanes without a channel are computed in vain: 24 channels take 0.85 times as long in vectors
        of 8 as of 16. Vectors of 4 are for what one of them holds. The direct path has lane counts
        of its own, and takes the fewest lanes that hold all channels, else the largest.
        """
        if direct:
            wide = [width for width in self.direct_widths if channels <= width]
            return min(wide, default=max(self.direct_widths))
        fitting = [width for width in self.widths if channels <= width or width >= 8]
        if self.forced or not fitting:
            return self.lanes
        return min(fitting, key=lambda width: (-(-channels // width) * width, -width))


def asked(variable: str, known: Sequence[str]) -> str | None:
    """What an environment variable names, None where it is empty or not set.

    Raises UsageError where it names none of `known`.
    """
    name = os.environ.get(variable, "").strip()
    if name and name not in known:
        raise UsageError(f"{variable}={name}: unset it, or set it to {' or '.join(known)}")
    return name or None


def _widths(width: Callable[[int], int]) -> list[int]:
    """The lane counts that a library names one by one; 0 follows the last."""
    return list(takewhile(bool, map(width, count())))


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

    The environment variable RESWEEP_INSTRUCTIONS (avx512, avx2, generic) selects one build. Raises
    UsageError for one that this processor cannot run, and for a bad RESWEEP_LANES.
    """
    builds = BUILDS.get(torch.backends.cpu.get_cpu_capability(), ("generic",))
    if wanted := asked("RESWEEP_INSTRUCTIONS", builds):
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
def missing(function: str = "forward") -> str | None:
    """The reason why there is no library with this function, or None where there is one.

    torch.compile takes the answer as a constant and does not trace into this function.
    """
    library = load()
    if isinstance(library, str):
        return library
    if getattr(library, function) is None:
        return f"{library.path.name} was built from older sources; install resweep again"
    return None
