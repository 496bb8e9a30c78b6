"""Which device `--device` chooses, and how a run's provenance describes it."""

from collections.abc import Callable

import torch

from resweep.errors import MissingError
from resweep.lab import device_words
from resweep.nets.probes._numbers import holds_float64
from resweep.numerals import counted

COUNTS: dict[str, Callable[[], int]] = {
    "cpu": lambda: 1,
    "cuda": lambda: torch.cuda.device_count(),
    "mps": lambda: int(torch.backends.mps.is_available()),
    "xpu": lambda: torch.xpu.device_count(),
}


def pick(word: str) -> torch.device:
    """The device that `--device` names: `auto`, `cpu`, `mps`, or `cuda` or `xpu` with an index.

    `auto` is the first CUDA device if torch sees one, and the CPU otherwise: the others compute on
    stock operations and have to be asked for. Raises UsageError for any other word and MissingError
    for a device that torch does not see.
    """
    device_words.check(word)
    if word == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    kind, _, index = word.partition(":")
    count = COUNTS[kind]()
    if int(index or 0) >= count:
        name = {"mps": "Apple", "xpu": "Intel", "cuda": "CUDA"}[kind]
        seen = counted(count, f"{name} device")
        raise MissingError(f"no device {word}: torch sees {seen}; use --device cpu")
    return torch.device(word)


def check_precision(precision: str, device: torch.device) -> None:
    """Raise MissingError where the device has no such arithmetic."""
    if precision == "tf32":
        able = device.type == "cuda" and torch.cuda.get_device_capability(device) >= (8, 0)
        if not able:
            raise MissingError(
                f"precision tf32 needs a CUDA device of compute capability 8.0, not {device}: "
                "say --precision float32"
            )
    if precision == "float64" and not holds_float64(device.type):
        raise MissingError(f"{device} has no float64: say --precision float32, or --device cpu")


def describe(device: torch.device) -> str:
    """The model of a GPU, or what `processor` says of the CPU.

    A part of a GPU (MIG) has a name of its own, such as `NVIDIA A100-SXM4-40GB MIG 1g.5gb`.
    """
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "xpu":
        return torch.xpu.get_device_name(device)
    return "Apple GPU" if device.type == "mps" else processor()


def processor() -> str:
    """The widest instruction set that torch uses on this CPU, such as `AVX2 CPU`."""
    return f"{torch.backends.cpu.get_cpu_capability()} CPU"
