"""When one task of Slurm has to end: its time is up, or Slurm wants an end."""

import math
import os
import signal
import time
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType
from typing import Any

from resweep.errors import UsageError
from resweep.executors.slurm import walltime
from resweep.executors.slurm.commands import time_left

MARGIN_SECONDS = 15.0  # before the end of its time a worker gives its cell back
MARGIN_SHARE = 12  # of a short limit the margin is no more than the so many-th part
EARLY_SECONDS = 180.0  # Slurm sends the signal before the end up to so much too early
USER_SIGNALS = (signal.SIGUSR1, signal.SIGUSR2)
TIME_WAS_UP = "its time was up"
TOO_LONG = "the cell takes longer than the limit of a task: raise --time"
USUAL_PAUSE, SHORTEST_PAUSE = 1.0, 0.05


def whoami() -> tuple[str, int]:
    """(`17_0` or `17`, how often Slurm has begun this task again), from Slurm's variables."""
    job = os.environ.get("SLURM_ARRAY_JOB_ID")
    if job is not None:
        task = f"{job}_{os.environ['SLURM_ARRAY_TASK_ID']}"
    else:
        task = os.environ["SLURM_JOB_ID"]
    return task, int(os.environ.get("SLURM_RESTART_COUNT", "0"))


def ignore_words_for_the_task(number: int) -> None:
    """Let the process that computes pass over what Slurm sends to every process of a task."""
    for user in USER_SIGNALS:
        signal.signal(user, signal.SIG_IGN)


@dataclass
class Ending:
    """Whether a task has to end, and `why`, which is empty until then.

    began, deadline    when it began and has to end, in seconds of the monotonic clock
    longest            the longest of its cells so far, in seconds
    """

    began: float
    deadline: float = math.inf
    longest: float = 0.0
    why: str = ""

    @classmethod
    def of_this_task(cls) -> "Ending":
        """Hear Slurm's signals from now on, and ask how long this task may take.

        Of a short time Slurm sends its word on the end at the very beginning: until the answer is
        there it is passed over.
        """
        now = time.monotonic()
        ending = cls(now, deadline=now)
        for number in (signal.SIGTERM, signal.SIGINT, *USER_SIGNALS):
            signal.signal(number, ending.told)
        left = time_left(os.environ.get("SLURM_JOB_ID", whoami()[0]))
        ending.deadline = math.inf
        with suppress(UsageError):  # INVALID, NOT_SET
            allowed = walltime.seconds(left or "")
            margin = min(MARGIN_SECONDS, allowed / MARGIN_SHARE)
            ending.deadline = ending.began + allowed - margin
        return ending

    def told(self, number: int, frame: FrameType | None) -> None:
        """End, as Slurm asks, unless this is its word on a time limit that is known anyway."""
        early = number in USER_SIGNALS and self.deadline - time.monotonic() < EARLY_SECONDS
        if not early:
            self.why = self.why or f"was told to end ({signal.Signals(number).name})"

    def has_come(self, ahead: float = 0.0) -> bool:
        """Whether to end now, or before the next `ahead` seconds are over."""
        if not self.why and time.monotonic() + ahead > self.deadline:
            self.why = TIME_WAS_UP
        return bool(self.why)

    def leaves_no_cell(self) -> bool:
        """Whether another cell would not end in time."""
        return self.has_come(self.longest)

    def comes_after(self, future: "Future[Any]") -> bool:
        """Wait for what has begun just now; False if it is to end before that is done."""
        began = time.monotonic()
        while not wait([future], pause(began)).done:
            if self.has_come():
                return False
        return True

    def is_hopeless(self, cell_began: float) -> bool:
        """Whether a cell has had the better part of the time and did not end.

        It would not end in the time of another task either, once torch and images are loaded.
        """
        cell, task = time.monotonic() - cell_began, time.monotonic() - self.began
        return self.why == TIME_WAS_UP and cell > task / 2


def pause(began: float) -> float:
    """Seconds until the next look at what runs: often at first, later every second."""
    return min(USUAL_PAUSE, max(SHORTEST_PAUSE, (time.monotonic() - began) / 20))
