"""Ctrl-C or SIGTERM once: end gently; twice: leave at once."""

import math
import os
import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import NoReturn, Self

GRACE_SECONDS = 5.0


def write(text: str) -> None:
    os.write(2, f"\n{text}\n".encode())  # print() is not safe inside a signal handler


class Interrupt:
    """Inside the block the first SIGINT or SIGTERM begins the grace period; `patience` tells what is left of it.

    `tell` is given a line for the user, inside the signal handler: it must neither lock nor print.
    """

    def __init__(self, tell: Callable[[str], None] = write) -> None:
        self.tell = tell
        self.number: int | None = None
        self.deadline = math.inf

    def __enter__(self) -> Self:
        self.before = {
            number: signal.signal(number, self.caught) for number in (signal.SIGINT, signal.SIGTERM)
        }
        return self

    def __exit__(self, *fault: object) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def caught(self, number: int, frame: FrameType | None) -> None:
        if self.number is not None:
            self.leave()
        self.number = number
        self.deadline = time.monotonic() + GRACE_SECONDS
        self.tell(f"stopping: waiting {GRACE_SECONDS:.0f} s for what runs; again to leave at once")

    def patience(self) -> float:
        """Seconds that running experiments may still take; infinite while nobody has asked for an end."""
        return max(0.0, self.deadline - time.monotonic())

    def end(self) -> None:
        """End gently, and at once, without a signal."""
        self.deadline = 0.0

    def leave(self) -> NoReturn:
        """End the program as the signal asked: exit code 130 or 143."""
        if self.number == signal.SIGTERM:
            raise SystemExit(143)
        raise KeyboardInterrupt
