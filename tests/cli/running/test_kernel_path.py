"""--kernel-path: what it refuses, what provenance keeps, and equal results on every path."""

import os
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
import torch

from resweep.cli.options import KernelPathOption
from resweep.nets import kernels
from tests.cli.conftest import SMALL

ROOT = Path(__file__).parents[3]


def test_the_words_are_those_of_the_dispatch():
    assert get_args(get_args(KernelPathOption)[0]) == kernels.PATHS


@pytest.fixture
def no_library(resweep, monkeypatch):
    kernels.library.load.cache_clear()
    capability = torch.backends.cpu.get_cpu_capability()
    monkeypatch.setattr(kernels.library, "BUILDS", {capability: ["imaginary"]})
    yield
    kernels.library.load.cache_clear()


@pytest.mark.parametrize(
    "words",
    [("run", *SMALL), ("compare", "he", "bn", *SMALL), ("sweep", "s.toml")],
    ids=lambda w: w[0],
)
def test_a_path_that_is_not_there_is_refused_in_one_line(resweep, no_library, tmp_path, words):
    (tmp_path / "s.toml").write_text(
        "[fixed]\nblocks = 1\ndataset = 'synthetic'\n[[grid]]\nseed = [0, 1]\n"
    )
    done = resweep(*words, "--kernel-path", "spectral", "-q")
    assert done.code == 4
    assert done.err.count("\n") == 1
    assert "kernel path spectral cannot be used: _spectral_imaginary.so was not built" in done.err


def test_an_experiment_that_the_path_cannot_take_is_refused(resweep):
    done = resweep("run", *SMALL, "--kernel-path", "spectral", "--precision", "float64")
    assert done.code == 4
    assert "spectral cannot be used" in done.err


def test_triton_without_a_gpu_is_refused(resweep):
    done = resweep("run", *SMALL, "--kernel-path", "triton", "--device", "cpu")
    assert done.code == 4
    assert "kernel path triton cannot be used: " in done.err


def test_an_unknown_word_is_a_usage_error(resweep):
    done = resweep("run", *SMALL, "--kernel-path", "magic")
    assert (done.code, done.err.count("\n")) == (2, 1)


def test_lanes_that_the_library_has_not_are_refused(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "resweep", "run", *SMALL, "-q"],
        cwd=tmp_path,
        env=os.environ | {"RESWEEP_LANES": "17", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "RESWEEP_LANES=17: unset it, or set it to " in done.stderr


def test_what_was_forced_is_provenance_and_no_part_of_the_key(resweep):
    plain = resweep("run", *SMALL, "--json").json()
    forced = resweep("run", *SMALL, "--json", "--kernel-path", "reference", "--rerun").json()
    found = forced["provenance"]["kernels"]
    assert (found["path"], found["forced"]) == ("reference", "reference")
    assert plain["provenance"]["kernels"]["forced"] == "auto"
    assert forced["key"] == plain["key"]
    assert forced["metrics"]["train_loss"] == pytest.approx(
        plain["metrics"]["train_loss"], rel=1e-4
    )
