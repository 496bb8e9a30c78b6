"""Ctrl-C, SIGTERM or SIGHUP once: end gently; twice: leave at once."""

import math
import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import NoReturn, Self

GRACE_SECONDS = 5.0
SIGNALS = [
    number
    for name in ("SIGINT", "SIGTERM", "SIGHUP")
    if (number := getattr(signal, name, None)) is not None  # Windows has no SIGHUP
]
STOPPING = f"stopping: waiting {GRACE_SECONDS:.0f} s for what runs; again to leave at once"


class Interrupt:
    """Inside the block the first signal begins the grace period; `patience` tells what is left.

    The handler only sets a flag, whatever the program is in the middle of. `remark` is given the
    line for the user afterwards, from the loop, at the next question for patience. A signal that
    is ignored when the block begins stays ignored, as `nohup` wants it of SIGHUP.
    """

    def __init__(self, remark: Callable[[str], None]) -> None:
        self.remark = remark
        self.remarked = False
        self.number: int | None = None
        self.deadline = math.inf

    def __enter__(self) -> Self:
        heeded = [n for n in SIGNALS if signal.getsignal(n) is not signal.SIG_IGN]
        self.before = {number: signal.signal(number, self.caught) for number in heeded}
        return self

    def __exit__(self, *fault: object) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def caught(self, number: int, frame: FrameType | None) -> None:
        """Handle a signal: the first is noted, the second ends the program."""
        if self.number is not None:
            self.leave()
        self.number = number
        self.deadline = time.monotonic() + GRACE_SECONDS

    def patience(self) -> float:
        """Seconds that running experiments may still take; infinite until an end is asked for."""
        if self.number is not None and not self.remarked:
            self.remarked = True
            self.remark(STOPPING)
        return max(0.0, self.deadline - time.monotonic())

    def end(self) -> None:
        """End gently, and at once, without a signal."""
        self.deadline = 0.0

    def leave(self) -> NoReturn:
        """End the program as the signal asked: exit code 130 after Ctrl-C, else 143."""
        if self.number == signal.SIGINT:
            raise KeyboardInterrupt
        raise SystemExit(143)
