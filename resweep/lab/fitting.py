"""Which batch fits a GPU whose memory has run out, found by trying."""

import traceback
from collections.abc import Callable

import torch

from resweep.numerals import counted


class DoesNotFit(torch.OutOfMemoryError):
    """A batch was too large for the GPU's memory.

    batch    how many images it had
    fits     how many fit, 0 where not even one does
    """

    def __init__(self, batch: int, fits: int) -> None:
        super().__init__(f"a batch of {counted(batch, 'image')} is too large")
        self.batch, self.fits = batch, fits


def does_not_fit(
    fault: torch.OutOfMemoryError, batch: int, attempt: Callable[[int], object]
) -> DoesNotFit:
    """The fault with a batch that fits: the first of the halves of `batch` that can be attempted.

    `attempt(images)` does with so many images what needs the memory. What the failed step still
    holds is let go of first.
    """
    traceback.clear_frames(fault.__traceback__)
    images = batch
    while images > 1:
        images //= 2
        torch.cuda.empty_cache()
        try:
            attempt(images)
        except torch.OutOfMemoryError as again:
            traceback.clear_frames(again.__traceback__)
        else:
            return DoesNotFit(batch, images)
    return DoesNotFit(batch, 0)
