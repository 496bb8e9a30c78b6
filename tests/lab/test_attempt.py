"""An exception is the result of an experiment only where it is the experiment's own."""

import errno
import sqlite3

import pytest
import torch

from resweep.errors import ResweepError
from resweep.executors import Stopped
from resweep.experiment import Experiment
from resweep.lab import drawn

SMALL = {"dataset": "synthetic", "blocks": 1, "channels": 4, "kernel": 3, "train_size": 64}


@pytest.fixture
def experiment():
    return Experiment(**SMALL, batch_size=16).resolve("synthetic", 2048)


@pytest.fixture
def attempt(laboratory, experiment, monkeypatch):
    """Attempt an experiment whose initialization calls `meet`."""

    def begin(meet):
        monkeypatch.setattr(drawn, "initialize", lambda *_: meet())
        return laboratory.attempt(experiment)

    return begin


def raising(fault):
    def meet():
        raise fault

    return meet


def more_memory_than_there_is():
    torch.empty(1 << 60, dtype=torch.uint8)


@pytest.mark.parametrize(
    ("meet", "line"),
    [
        (
            more_memory_than_there_is,
            "not enough memory while measuring {key} .*use fewer --workers",
        ),
        (raising(MemoryError()), "not enough memory while measuring {key} .1 block.: MemoryError"),
        (raising(torch.OutOfMemoryError("CUDA out of memory.")), "not enough memory"),
        (raising(RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED")), "not enough memory"),
        (
            raising(OSError(errno.ENOSPC, "No space left on device", "/x")),
            "No space left on device",
        ),
        (raising(OSError(errno.EMFILE, "Too many open files")), r"open files .*ulimit -n"),
        (raising(RuntimeError("can't start new thread")), r"start new thread .*ulimit -u"),
        (raising(torch.AcceleratorError("CUDA error: unspecified", 4)), "the GPU failed"),
    ],
)
def test_a_fault_of_the_machine_is_raised_in_one_line(meet, line, attempt, experiment):
    with pytest.raises(ResweepError, match=line.format(key=experiment.key[:8])) as caught:
        attempt(meet)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("fault", [BrokenPipeError(), KeyboardInterrupt(), SystemExit(143)])
def test_a_closed_pipe_and_interrupts_pass(fault, attempt):
    with pytest.raises(type(fault)) as caught:
        attempt(raising(fault))
    assert caught.value is fault


@pytest.mark.parametrize(
    "fault",
    [
        BrokenPipeError(),
        sqlite3.OperationalError("disk I/O error"),
        ResweepError("store is locked"),
        ValueError("of the progress bar"),
        Stopped(),
    ],
)
def test_what_the_driver_raises_at_a_report_is_not_the_experiments(fault, laboratory, experiment):
    def hear(progress):
        raise fault

    with pytest.raises(type(fault)) as caught:
        laboratory.attempt(experiment, hear)
    assert caught.value is fault


@pytest.mark.parametrize(
    "fault", [ValueError("bad shape"), RuntimeError("mat1 and mat2"), ZeroDivisionError("x")]
)
def test_a_defect_is_the_experiments_and_keeps_its_traceback(fault, attempt, experiment):
    outcome = attempt(raising(fault))
    assert (outcome.experiment, outcome.status) == (experiment, "error")
    assert outcome.detail == f"{type(fault).__name__}: {fault}"
    assert "in meet" in outcome.provenance["traceback"]
