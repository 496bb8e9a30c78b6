"""Which device `--device` chooses, and how a run's provenance describes it."""

import torch

from resweep.errors import MissingError
from resweep.lab import device_words


def pick(word: str) -> torch.device:
    """The device that `--device` names: `auto`, `cpu`, `cuda` or `cuda:<index>`.

    `auto` is the first GPU if torch sees one, and the CPU otherwise. Raises UsageError for any
    other word and MissingError for a GPU that torch does not see.
    """
    device_words.check(word)
    if word == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    kind, _, index = word.partition(":")
    count = torch.cuda.device_count()
    if kind == "cuda" and int(index or 0) >= count:
        raise MissingError(f"no device {word}: torch sees {count} CUDA devices; use --device cpu")
    return torch.device(word)


def describe(device: torch.device) -> str:
    """The model of a GPU, or what `processor` says of the CPU."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else processor()


def processor() -> str:
    """The widest instruction set that torch uses on this CPU, such as `AVX2 CPU`."""
    return f"{torch.backends.cpu.get_cpu_capability()} CPU"
