"""Trials of planted ways to compute a block: right ones are timed, the others are out."""

import math

import pytest
import torch

from resweep.nets import kernels
from resweep.nets.kernels import reference
from resweep.nets.kernels.trials import (
    MOST_ROUNDS,
    ROUNDS,
    Block,
    Trial,
    check,
    compared,
    fastest,
    trials,
)

BLOCK = Block(images=2, channels=3, kernel=3, height=5, width=4)
CPU = torch.device("cpu")


class Clock:
    """Seconds that pass only where a way says so."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def way(self, seconds):
        """A right way that takes these seconds."""

        def planted(*arguments):
            self.now += seconds
            return reference.convolution(*arguments)

        return planted


def wrong(x, weight, bias, relu, residual):
    return 1.001 * reference.convolution(x, weight, bias, relu, residual)


def wrong_gradient(x, weight, bias, relu, residual):
    y = reference.convolution(x, weight, bias, relu, residual)
    return y + 0.01 * (x - x.detach())


def raising(*_):
    raise RuntimeError("no such instruction\nand a second line")


def nan(x, *_):
    return x * math.nan + reference.convolution(x, *_)


@pytest.fixture
def found():
    clock = Clock()
    ways = {"reference": clock.way(3.0), "fast": clock.way(1.0), "slow": clock.way(9.0)}
    ways |= {"wrong": wrong, "bent": wrong_gradient, "raising": raising, "nan": nan}
    return {trial.path: trial for trial in trials(ways, BLOCK, torch.float32, CPU, clock)}


def test_right_ways_are_timed(found):
    assert [found[p].seconds for p in ("reference", "fast", "slow")] == [3.0, 1.0, 9.0]
    assert all(found[p].error < 1e-6 for p in ("reference", "fast", "slow"))


def test_a_wrong_way_is_out_however_it_is_wrong(found):
    for path in ("wrong", "bent", "nan"):
        assert found[path].seconds is None
        assert found[path].reason.startswith("it is wrong by ")
    assert found["wrong"].error == pytest.approx(1e-3, rel=0.01)


def test_a_way_that_raises_is_out(found):
    assert found["raising"].reason == "it raises RuntimeError: no such instruction"
    assert found["raising"].seconds is None


def test_the_fastest_is_taken_and_the_reason_of_each_other_is_said(found):
    assert fastest(list(found.values()), "reference") == "fast"
    reasons = {trial.path: trial.reason for trial in compared(list(found.values()), "fast")}
    assert (reasons["fast"], reasons["slow"]) == ("", "it is slower")
    assert reasons["raising"].startswith("it raises")


def test_what_is_hardly_faster_does_not_take_the_place_of_what_is_assumed():
    found = [Trial("reference", 1.0, 0.0), Trial("fast", 0.95, 0.0)]
    assert fastest(found, "reference") == "reference"
    assert fastest(found, "fast") == "fast"
    assert fastest(found, "absent") == "fast"
    assert fastest([Trial("fast", reason="it raises")], "fast") == "reference"
    kept = {trial.path: trial.reason for trial in compared(found, "reference")}
    assert kept == {"reference": "", "fast": "it is less than 1.1 times as fast as the one assumed"}


def test_each_way_finds_its_own_memory_format():
    formats = {"reference": [], "channels-first": []}

    def planted(path):
        def way(x, *others):
            formats[path].append(x.is_contiguous())
            return reference.convolution(x, *others)

        return way

    ways = {path: planted(path) for path in formats}
    trials(ways, BLOCK, torch.float32, CPU, Clock())
    timed = {path: set(found[1:]) for path, found in formats.items()}
    assert timed == {"reference": {False}, "channels-first": {True}}


def test_a_quick_block_is_timed_in_more_rounds():
    clock, quick = Clock(), []
    trials(
        {"reference": lambda *a: quick.append(1) or clock.way(1e-3)(*a)},
        BLOCK,
        torch.float32,
        CPU,
        clock,
    )
    slow = []
    trials(
        {"reference": lambda *a: slow.append(1) or clock.way(1.0)(*a)},
        BLOCK,
        torch.float32,
        CPU,
        clock,
    )
    assert len(slow) == 1 + 1 + ROUNDS  # checked, warmed up, timed
    assert len(quick) == 1 + 1 + MOST_ROUNDS


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.float16])
def test_the_reference_agrees_with_itself_in_every_precision(dtype):
    assert check("reference", reference.convolution, BLOCK, dtype, CPU).reason == ""


def test_every_path_is_a_candidate_or_says_why_not():
    able = kernels.candidates(BLOCK, torch.float64, CPU)
    assert set(able) == set(kernels.PATHS) - {"auto"}
    assert callable(able["reference"])
    assert "float32" in able["spectral"] or "not built" in able["spectral"]


def test_a_preferred_path_is_taken_for_weights_of_its_shape_only(monkeypatch):
    taken = []

    def planted(*arguments):
        taken.append(arguments[1].shape)
        return reference.convolution(*arguments)

    monkeypatch.setitem(kernels.WAYS, "planted", planted)
    x, w = torch.randn(1, 3, 5, 5), torch.randn(3, 3, 3, 3)
    with kernels.prefer(w.shape, "planted"):
        kernels.convolution(x, w)
        kernels.convolution(x, torch.randn(4, 3, 3, 3))
    kernels.convolution(x, w)
    assert taken == [w.shape]
