"""The words of --device, and what a device is called in a run's provenance."""

import torch

from resweep.errors import MissingError, UsageError


def pick(word: str) -> torch.device:
    """`auto` (CUDA where there is one), `cpu`, `cuda` or `cuda:i`; MissingError where there is no such device."""
    if word == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    kind, _, index = word.partition(":")
    if (
        kind not in ("cpu", "cuda")
        or (index and not index.isdecimal())
        or (kind == "cpu" and index)
    ):
        raise UsageError(f"unknown device {word!r}: use auto, cpu, cuda or cuda:0")
    if kind == "cuda" and int(index or 0) >= torch.cuda.device_count():
        raise MissingError(
            f"no device {word}: torch sees {torch.cuda.device_count()} CUDA devices; use --device cpu"
        )
    return torch.device(word)


def describe(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else processor()


def processor() -> str:
    """The widest instruction set that torch uses on this CPU, such as `AVX2 CPU`."""
    return f"{torch.backends.cpu.get_cpu_capability()} CPU"
