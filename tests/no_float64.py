"""A device without float64, such as Apple's GPUs, as far as a CPU can stand in for one."""

import pytest
import torch

from resweep.nets.probes import _numbers


def forbid(monkeypatch: pytest.MonkeyPatch) -> list[torch.Tensor]:
    """Let only what `Tensor.cpu` has returned become float64; return all that, as it comes.

    Every other tensor counts as one on the device, and so does a new one that names its device.
    """
    moved: list[torch.Tensor] = []  # held here, so that no identity is used twice
    known: set[int] = set()
    cpu, double, to, zeros = torch.Tensor.cpu, torch.Tensor.double, torch.Tensor.to, torch.zeros

    def come(t: torch.Tensor) -> torch.Tensor:
        found = cpu(t).clone()
        known.add(id(found))
        moved.append(found)
        return found

    def widen(t: torch.Tensor) -> torch.Tensor:
        if id(t) not in known:
            raise TypeError("this device has no float64")
        return double(t)

    def convert(t, *target, **options):
        if torch.float64 in target and t.dtype != torch.float64 and id(t) not in known:
            raise TypeError("this device has no float64")
        return to(t, *target, **options)

    def zeroed(*shape, **options):
        if options.get("dtype") == torch.float64 and "device" in options:
            raise TypeError("this device has no float64")
        return zeros(*shape, **options)

    monkeypatch.setattr(_numbers, "holds_float64", lambda kind: False)
    monkeypatch.setattr(torch.Tensor, "cpu", come)
    monkeypatch.setattr(torch.Tensor, "double", widen)
    monkeypatch.setattr(torch.Tensor, "to", convert)
    monkeypatch.setattr(torch, "zeros", zeroed)
    return moved
