"""Which path is taken, and what is refused."""

import warnings

import pytest
import torch

from resweep.errors import UsageError
from resweep.nets import kernels
from resweep.nets.kernels import library


@pytest.fixture
def taken(monkeypatch):
    """Names of the paths in the order they ran."""
    names = []
    for name in ("reference", "spectral", "tiled", "direct"):

        def record(*args, name=name, run=kernels.WAYS[name]):
            names.append(name)
            return run(*args)

        monkeypatch.setitem(kernels.WAYS, name, record)
    return names


def tensors(k=8, dtype=torch.float32, channels=16, size=32):
    return torch.ones(8, channels, size, size, dtype=dtype), torch.ones(
        channels, channels, k, k, dtype=dtype
    )


def test_auto_takes_the_faster(native, taken):
    for x, w in (
        tensors(),
        tensors(k=3),
        tensors(k=3, size=64),
        tensors(k=3, channels=65),
        (torch.ones(8, 3, 32, 32), torch.ones(16, 3, 3, 3)),
        tensors(dtype=torch.float64),
        tensors(dtype=torch.bfloat16),
        tensors(size=40),
    ):
        kernels.convolution(x, w)
    assert taken == ["spectral", "direct", "direct", *["reference"] * 4, "tiled"]


def test_force_rules_calls_that_name_no_path(native, taken):
    x, w = tensors()
    with kernels.force("reference"):
        kernels.convolution(x, w)
        kernels.convolution(x, w, path="spectral")
    kernels.convolution(x, w)
    assert taken == ["reference", "spectral", "spectral"]


def test_describe_names_the_library(native):
    assert kernels.describe()["path"] == "spectral"
    assert kernels.describe()["lanes"] in (4, 8, 16)
    assert kernels.describe()["batch_norm"] == "native"
    assert str(kernels.describe()["library"]).startswith("_spectral_")


def test_lanes_that_no_channel_fills_are_not_computed(native, monkeypatch):
    monkeypatch.delenv("RESWEEP_LANES", raising=False)
    path = library.load().path
    native_library = library.Library(path)
    narrow, lanes = min(native_library.widths), native_library.lanes
    assert [native_library.lanes_for(c) for c in (narrow, lanes, 64)] == [narrow, lanes, lanes]
    native_library.widths, native_library.lanes = [16, 8, 4], 16
    chosen = {c: native_library.lanes_for(c) for c in (1, 4, 5, 8, 9, 12, 16, 17, 24, 25, 40, 48)}
    assert [c for c, width in chosen.items() if width == 4] == [1, 4]
    assert [c for c, width in chosen.items() if width == 8] == [5, 8, 17, 24, 40]
    monkeypatch.setenv("RESWEEP_LANES", str(lanes))
    assert library.Library(path).lanes_for(1) == lanes


@pytest.mark.parametrize("value", ["17", "x", "-8", "8.0"])
def test_lanes_that_the_library_has_not_are_a_usage_error(native, monkeypatch, value):
    path = library.load().path
    monkeypatch.setenv("RESWEEP_LANES", value)
    with pytest.raises(UsageError, match=f"RESWEEP_LANES={value}: unset it, or set it to "):
        library.Library(path)


def test_instructions_that_the_processor_has_not_are_a_usage_error(monkeypatch):
    library.load.cache_clear()
    monkeypatch.setenv("RESWEEP_INSTRUCTIONS", "neon")
    try:
        with pytest.raises(UsageError, match=r"RESWEEP_INSTRUCTIONS=neon: unset it, or .*generic"):
            library.load()
    finally:
        library.load.cache_clear()


def test_without_the_library(monkeypatch, taken):
    library.load.cache_clear()
    capability = torch.backends.cpu.get_cpu_capability()
    monkeypatch.setattr(library, "BUILDS", {capability: ["imaginary"]})
    try:
        assert kernels.describe()["path"] == "reference"
        assert kernels.describe()["batch_norm"] == "reference"
        assert "_spectral_imaginary.so was not built" in str(
            kernels.describe()["unavailable"]["spectral"]
        )
        kernels.convolution(*tensors())
        with pytest.raises(
            ValueError, match="the spectral path cannot be used: _spectral_imaginary"
        ):
            kernels.convolution(*tensors(), path="spectral")
    finally:
        library.load.cache_clear()
    assert taken == ["reference"]


def test_refuses_what_spectral_cannot_take(native):
    for (x, w), message in (
        (tensors(dtype=torch.float64), "float32"),
        (tensors(size=33), "images up to 32"),
        (tensors(k=10, size=16), "kernels up to 9"),
    ):
        with pytest.raises(ValueError, match=message):
            kernels.convolution(x, w, path="spectral")


def test_refuses_what_does_not_fit():
    x, w = tensors()
    with pytest.raises(ValueError, match="unknown activation 'tanh'"):
        kernels.convolution(x, w, activation="tanh")
    with pytest.raises(ValueError, match="unknown path 'gpu'"):
        kernels.convolution(x, w, path="gpu")
    with pytest.raises(ValueError, match="residual needs as many outputs as inputs"):
        kernels.convolution(x, w[:8], residual=True)
    with pytest.raises(ValueError, match="do not fit"):
        kernels.convolution(x[:, :3], w)
    with pytest.raises(ValueError, match="bias must have shape"):
        kernels.convolution(x, w, torch.ones(3))


def test_no_warning_for_even_kernels():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        x, w = tensors()
        assert kernels.convolution(x, w, path="reference").shape == x.shape
