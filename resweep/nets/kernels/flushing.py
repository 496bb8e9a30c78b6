"""Numbers too small to be normal, as zero: for training a network whose signal vanishes.

float32 keeps numbers from 1.4e-45 to 1.2e-38 with fewer digits the smaller they are, and a
processor takes about a hundred times as long over their products. A network whose signal vanishes
is full of them: training steps of 100 plain blocks at a sixteenth of He's variance took four times
as long as at He's. Nothing that a network learns from is that small.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from .library import load


@contextmanager
def flushed() -> Iterator[None]:
    """Inside the `with` block, the native paths take numbers below 1.2e-38 as zero.

    That holds for what they read and for what they compute, in every thread; stock torch
    operations keep such numbers everywhere.
    """
    library = load()
    if isinstance(library, str):
        yield
        return
    before = library.flush(True)
    try:
        yield
    finally:
        library.flush(before)
