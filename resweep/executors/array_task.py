"""What one task of a Slurm array does: it works through cells until there are none or time is up.

Cells run in a child process, in which torch is imported once. So this process always hears Slurm
and the driver: told to end, it kills the child and gives the cell back at once, and a cell that
kills its process ends that one try.
"""

import math
import os
import pickle
import signal
import socket
import time
from collections import deque
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from resweep.errors import UsageError
from resweep.executors import Stopped, WorkerDied, walltime
from resweep.executors.processes import Processes
from resweep.executors.reports import Writer
from resweep.executors.slurm_commands import time_left
from resweep.executors.spool import Spool, listed
from resweep.executors.workers import Record, record

IDLE_SECONDS = 60.0  # a worker without a task waits so long for one
MARGIN_SECONDS = 15.0  # before the end of its time a worker gives its cell back
USUAL_PAUSE, SHORTEST_PAUSE = 1.0, 0.05
USER_SIGNALS = (signal.SIGUSR1, signal.SIGUSR2)
TIME_WAS_UP = "its time was up"
EARLY_SECONDS = 180.0  # Slurm sends the signal before the end up to so much too early


def work(folder: str, pool: str) -> None:
    """Work through the tasks that wait in a pool of the spool at `folder`; called by Slurm."""
    ArrayTask(Spool(Path(folder)), pool, *whoami()).run()


def whoami() -> tuple[str, int]:
    """(`17_0` or `17`, how often Slurm has begun this task again), from Slurm's variables."""
    job = os.environ.get("SLURM_ARRAY_JOB_ID")
    if job is not None:
        task = f"{job}_{os.environ['SLURM_ARRAY_TASK_ID']}"
    else:
        task = os.environ["SLURM_JOB_ID"]
    return task, int(os.environ.get("SLURM_RESTART_COUNT", "0"))


def prepare(number: int) -> None:
    """Let the child pass over what Slurm sends to every process of a task."""
    for user in USER_SIGNALS:
        signal.signal(user, signal.SIG_IGN)


@dataclass
class ArrayTask:
    """One worker; `deadline` is when its time is up, on the monotonic clock."""

    spool: Spool
    pool: str
    task: str
    restart: int = 0
    deadline: float = math.inf
    margin: float = MARGIN_SECONDS
    ending: str = ""
    longest: float = 0.0
    seen: deque[str] = field(default_factory=deque)

    @property
    def name(self) -> str:
        """Which worker this is: a task that Slurm begins again is another one."""
        return f"{self.task}.{self.restart}"

    def run(self) -> None:
        """Work until there is nothing left to do, the time is up, or Slurm wants an end."""
        self.began = time.monotonic()
        self.know_the_end()
        for number in (signal.SIGTERM, signal.SIGINT, *USER_SIGNALS):
            signal.signal(number, self.told)
        (self.spool.folder / "taken" / self.name).mkdir(exist_ok=True)
        self.take_back()
        self.record = Record(self.name, self.pool, socket.gethostname(), os.getpid(), time.time())
        record(self.spool, self.record)
        with Processes(1, prepare) as child:
            while not self.over():
                name = self.next()
                if name is None:
                    break
                self.cell(child, name)
            if self.ending:
                child.shutdown(wait=False)
        self.record.ended = self.ending or "no cells were left"
        record(self.spool, self.record)
        with suppress(OSError):
            (self.spool.folder / "taken" / self.name).rmdir()

    def know_the_end(self) -> None:
        """Ask Slurm how long this task may take."""
        left = time_left(os.environ.get("SLURM_JOB_ID", self.task))
        with suppress(UsageError):  # INVALID, NOT_SET
            allowed = walltime.seconds(left or "")
            self.margin = min(MARGIN_SECONDS, allowed / 4)
            self.deadline = self.began + allowed - self.margin

    def told(self, number: int, frame: FrameType | None) -> None:
        """End, as Slurm asks, unless this is its word on a time limit that is known anyway."""
        early = number in USER_SIGNALS and self.deadline - time.monotonic() < EARLY_SECONDS
        if not early:
            self.ending = self.ending or f"was told to end ({signal.Signals(number).name})"

    def over(self) -> bool:
        """Whether to end: Slurm wants it, or another cell would not end in time."""
        if not self.ending and time.monotonic() + self.longest > self.deadline:
            self.ending = TIME_WAS_UP
        return bool(self.ending)

    def take_back(self) -> None:
        """Let the cells wait again that this task had before Slurm began it again."""
        for restart in range(self.restart):
            before = self.spool.folder / "taken" / f"{self.task}.{restart}"
            for name in listed(before):
                self.spool.give_back(self.pool, before / name)

    def next(self) -> str | None:
        """Take the next task; None where none comes, or it is time to end."""
        patience = time.monotonic() + IDLE_SECONDS
        while not self.over():
            if not self.seen:
                self.seen.extend(self.spool.waiting(self.pool))
            while self.seen:
                name = self.spool.claim(self.pool, self.seen.popleft(), self.name)
                if name is not None:
                    return name
            if self.spool.is_closed(self.pool) or time.monotonic() > patience:
                break
            time.sleep(SHORTEST_PAUSE if time.monotonic() - self.began < 5 else USUAL_PAUSE / 4)
        return None

    def cell(self, child: Processes, name: str) -> None:
        """Run a task, and leave its answer or give it back."""
        reports = Writer(self.spool.folder / "heard" / name)
        stop: list[str] = []

        def heard(*words: Any) -> None:
            reports.add(*words)
            if stop:
                raise Stopped

        began = time.monotonic()
        _, fn, args, kwargs, is_heard = pickle.loads(self.spool.task(self.name, name))
        if is_heard:
            kwargs["on_progress"] = heard
        future = child.submit(fn, *args, **kwargs)
        while not wait([future], self.pause(began)).done:
            reports.flush()
            if self.is_to_leave(child, name):
                return
            if not stop and self.spool.wish(name) is not None:
                stop.append(name)
        if self.record.cells:  # the first one has waited for torch
            self.longest = max(self.longest, time.monotonic() - began)
        self.record.cells += 1
        self.spool.answer(self.name, name, (reports.gathered, *answer(future)))
        record(self.spool, self.record, often=False)

    def pause(self, began: float) -> float:
        """Seconds until the next look at a running cell: often at first, later every second."""
        return min(USUAL_PAUSE, max(SHORTEST_PAUSE, (time.monotonic() - began) / 20))

    def is_to_leave(self, child: Processes, name: str) -> bool:
        """Whether time is up in the middle of a cell; then it is given back and the child killed.

        A cell that has had the whole time of a task would not end in that of another one either.
        """
        if not self.ending and time.monotonic() > self.deadline:
            self.ending = TIME_WAS_UP
        if not self.ending:
            return False
        child.shutdown(wait=False)
        if self.record.cells == 0 and self.ending == TIME_WAS_UP:
            hint = "loading torch and the cell take longer than the limit of a task: raise --time"
            self.spool.answer(self.name, name, ((), "died", hint))
        else:
            self.spool.give_back(self.pool, self.spool.folder / "taken" / self.name / name)
        return True


def answer(future: "Future[Any]") -> tuple[str, Any]:
    """How a task ended: `result`, `stopped`, `died` or `fault`, and what it left."""
    try:
        return "result", future.result()
    except Stopped:
        return "stopped", None
    except WorkerDied as death:
        return "died", str(death)
    except Exception as fault:
        return "fault", fault
