"""What one task of a Slurm array does: it works through cells until there are none or time is up.

Cells run in a child process, in which torch is imported once. So this process always hears Slurm
and the driver: told to end, it kills the child and gives the cell back at once, and a cell that
kills its process ends that one try.
"""

import os
import pickle
import socket
import time
from collections import deque
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resweep.executors import Stopped, WorkerDied
from resweep.executors.processes import Processes
from resweep.executors.slurm.ending import (
    SHORTEST_PAUSE,
    TOO_LONG,
    USUAL_PAUSE,
    Ending,
    ignore_words_for_the_task,
    pause,
    whoami,
)
from resweep.executors.slurm.records import NO_CELLS, Worker, record
from resweep.executors.slurm.reports import Writer
from resweep.executors.slurm.spool import Spool, listed

IDLE_SECONDS = 60.0  # a worker without a task waits so long for one


def work(folder: str, pool: str) -> None:
    """Work through the tasks that wait in a pool of the spool at `folder`; called by Slurm."""
    ArrayTask(Spool(Path(folder)), pool, *whoami()).run()


@dataclass
class ArrayTask:
    """One worker: which task of Slurm it is, and what it has looked at."""

    spool: Spool
    pool: str
    task: str
    restart: int = 0
    seen: deque[str] = field(default_factory=deque)
    loaded: bool = False

    @property
    def name(self) -> str:
        """Which worker this is: a task that Slurm begins again is another one."""
        return f"{self.task}.{self.restart}"

    def run(self) -> None:
        """Work until there is nothing left to do, the time is up, or Slurm wants an end."""
        self.ending = Ending.of_this_task()
        (self.spool.folder / "taken" / self.name).mkdir(exist_ok=True)
        self.take_back()
        self.record = Worker(self.name, self.pool, socket.gethostname(), os.getpid(), time.time())
        record(self.spool, self.record)
        with Processes(1, ignore_words_for_the_task) as child:
            while not self.ending.leaves_no_cell():
                name = self.next()
                if name is None:
                    break
                self.cell(child, name)
            if self.ending.why:
                child.shutdown(wait=False)
        self.record.ended = self.ending.why or NO_CELLS
        record(self.spool, self.record)
        with suppress(OSError):
            (self.spool.folder / "taken" / self.name).rmdir()

    def take_back(self) -> None:
        """Let the cells wait again that this task had before Slurm began it again."""
        for restart in range(self.restart):
            before = self.spool.folder / "taken" / f"{self.task}.{restart}"
            for name in listed(before):
                self.spool.give_back(self.pool, before / name)

    def next(self) -> str | None:
        """Take the next task; None where none comes, or it is time to end."""
        patience = time.monotonic() + IDLE_SECONDS
        while not self.ending.leaves_no_cell():
            if not self.seen:
                self.seen.extend(self.spool.waiting(self.pool))
            while self.seen:
                name = self.spool.claim(self.pool, self.seen.popleft(), self.name)
                if name is not None:
                    return name
            if self.spool.is_closed(self.pool) or time.monotonic() > patience:
                break
            early = time.monotonic() - self.ending.began < 5
            time.sleep(SHORTEST_PAUSE if early else USUAL_PAUSE / 4)
        return None

    def cell(self, child: Processes, name: str) -> None:
        """Run a task, and leave its answer or give it back."""
        reports = Writer(self.spool.folder / "heard" / name)
        stop: list[str] = []

        def heard(*words: Any) -> None:
            reports.add(*words)
            if stop:
                raise Stopped

        try:
            _, fn, args, kwargs, is_heard = pickle.loads(self.spool.task(self.name, name))
        except (EOFError, pickle.UnpicklingError):  # torn: whoever wants it hands it over again
            self.spool.drop(self.name, name)
            return
        if not self.load(child, fn):
            self.leave(child, name)
            return
        if is_heard:
            kwargs["on_progress"] = heard
        began = time.monotonic()
        future = child.submit(fn, *args, **kwargs)
        while not wait([future], pause(began)).done:
            reports.flush()
            if self.ending.has_come():
                self.leave(child, name, too_long=self.ending.is_hopeless(began))
                return
            if not stop and self.spool.wish(name) is not None:
                stop.append(name)
        self.ending.longest = max(self.ending.longest, time.monotonic() - began)
        self.record.cells += 1
        self.spool.answer(self.name, name, (reports.gathered, *answer(future)))
        record(self.spool, self.record, often=False)

    def load(self, child: Processes, fn: Any) -> bool:
        """Load what every cell needs, where the task says what that is; False if time is up.

        That it takes long is no fault of the first cell, and no measure of the next ones. A fault
        of it meets the cell itself, which loads whatever is not there.
        """
        if self.loaded or not hasattr(fn, "load"):
            return True
        self.loaded = self.ending.comes_after(child.submit(fn.load))
        return self.loaded

    def leave(self, child: Processes, name: str, *, too_long: bool = False) -> None:
        """End in the middle of a cell: give it back, and kill the child.

        A cell that is `too_long` for any task has died of it.
        """
        child.shutdown(wait=False)
        if too_long and self.record.cells == 0:
            self.spool.answer(self.name, name, ((), "died", TOO_LONG))
        else:
            self.spool.give_back(self.pool, self.spool.folder / "taken" / self.name / name)


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
