"""The batch that fits is found by trying the halves."""

import pytest
import torch

from resweep.errors import OutOfMemory
from resweep.experiment import Experiment
from resweep.lab.fitting import does_not_fit
from resweep.lab.surroundings import translated


def memory(images):
    """An attempt that finds room for so many images, and the sizes it was tried with."""
    tried = []

    def attempt(size):
        tried.append(size)
        if size > images:
            raise torch.OutOfMemoryError("CUDA out of memory")

    return attempt, tried


@pytest.mark.parametrize(
    ("batch", "room", "fits", "sizes"),
    [(128, 40, 32, [64, 32]), (7, 3, 3, [3]), (4, 0, 0, [2, 1]), (1, 0, 0, [])],
)
def test_the_first_half_that_fits(batch, room, fits, sizes):
    attempt, tried = memory(room)
    fault = does_not_fit(torch.OutOfMemoryError("CUDA out of memory"), batch, attempt)
    assert (fault.batch, fault.fits, tried) == (batch, fits, sizes)


def test_it_is_one_line_with_the_batch_that_fits(laboratory, monkeypatch):
    """The first step of the training finds no room, and 16 images do."""
    e = Experiment(
        dataset="synthetic", blocks=1, channels=4, kernel=3, train_size=64, batch_size=32
    ).resolve("synthetic", 2048)

    def full(*_):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB\nGPU 0")

    monkeypatch.setattr("resweep.lab.measure.train", full)
    with pytest.raises(
        OutOfMemory, match=r"a batch of 32 images is too large: --batch-size 16 fits"
    ):
        laboratory.attempt(e)


def test_not_even_one_image():
    fault = does_not_fit(torch.OutOfMemoryError(""), 1, memory(0)[0])
    e = Experiment(dataset="synthetic").resolve("synthetic", 2048)
    assert "not even one image fits" in str(translated(fault, e))
