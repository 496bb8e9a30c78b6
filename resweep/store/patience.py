"""Waits for a database that is away for a while, so that a finished measurement is not lost."""

import sys
from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

from resweep.errors import ResweepError
from resweep.store.faults import broke, passes

PATIENCE_SECONDS = 300.0
PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0)  # seconds before each further attempt; the last one repeats

T = TypeVar("T")


def patiently(work: Callable[[], T]) -> T:
    """Return what `work` returns, repeating it while the database restarts or is locked.

    The first failure is said on stderr. After `PATIENCE_SECONDS` the fault is raised after all, and
    so is at once every fault that does not pass by itself, such as a full disk. `work` must be one
    transaction that may run twice: the answer to its commit may be lost.
    """
    deadline = monotonic() + PATIENCE_SECONDS
    attempt = 0
    while True:
        try:
            return work()
        except ResweepError as fault:
            if not passes(fault) or monotonic() > deadline:
                raise
            if attempt == 0:
                print(
                    f"warning: {fault} (trying again for {PATIENCE_SECONDS:g} s)", file=sys.stderr
                )
        sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
        attempt += 1


def patiently_once_there(work: Callable[[], T]) -> T:
    """Return what `work` returns; a database that answered and then broke off is waited for.

    One that cannot be reached at all raises at once: the address may be wrong.
    """
    try:
        return work()
    except ResweepError as fault:
        if not broke(fault):
            raise
    return patiently(work)
