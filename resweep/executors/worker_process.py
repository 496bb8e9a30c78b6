"""One worker process: how the driver starts and ends it, and what it does itself."""

import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from resweep.executors import Stopped
from resweep.executors.jobs import Job, send
from resweep.executors.performing import perform

SPAWN = multiprocessing.get_context("spawn")  # a fork of a process with threads, or CUDA, may hang
DRIVERS = [signal.SIGINT, signal.SIGTERM]  # for the driver, which decides about its workers
if hasattr(signal, "SIGHUP"):
    DRIVERS.append(signal.SIGHUP)
Prepare = Callable[[int], None] | None


@dataclass
class Worker:
    """The driver's end of a worker process."""

    slot: int
    process: BaseProcess
    pipe: Connection
    job: Job | None = None

    @classmethod
    def start(cls, slot: int, prepare: Prepare) -> "Worker":
        """Start the worker of number `slot`; it calls `prepare(slot)` before its first task."""
        ours, theirs = SPAWN.Pipe()
        process = SPAWN.Process(
            target=serve, args=(theirs, slot, prepare), name=f"resweep-worker-{slot}", daemon=True
        )
        try:
            with signals_held():
                process.start()
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return cls(slot, process, ours)

    def take(self, job: Job) -> None:
        """Begin with a job."""
        self.job = job
        send(self.pipe, job.message)

    def death(self) -> str:
        """Wait for the end of a process that died, and say how it died."""
        self.process.join()
        self.pipe.close()
        code = self.process.exitcode or 0
        if code < 0:
            how = f"was killed by {signal.Signals(-code).name}"
        else:
            how = f"ended with exit code {code}"
        return f"worker process {self.process.pid} {how}"

    def end(self) -> None:
        """End a worker that has no task."""
        self.pipe.close()
        self.process.join(timeout=5)
        self.process.kill()
        self.process.join()


@contextmanager
def signals_held() -> Iterator[None]:
    """Start processes in this block with the driver's signals blocked.

    Ctrl-C then does not end a worker before `serve` has begun to ignore it.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, DRIVERS)
    try:
        # Multiprocessing's own helper starts with the first process. It ignores two of the signals
        # itself, is to inherit that the others are blocked, and leaves the two unblocked here.
        resource_tracker.ensure_running()
        signal.pthread_sigmask(signal.SIG_BLOCK, DRIVERS)
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def serve(pipe: Connection, slot: int, prepare: Prepare) -> None:
    """What a worker process does: one task after the other, until the driver ends or wants no more.

    It ignores the signals that a terminal sends to the whole group; the driver acts on them.
    """
    for number in DRIVERS:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, DRIVERS)
    threading.Thread(target=end_with_parent, daemon=True).start()
    if prepare is not None:
        prepare(slot)

    def report(number: int, *words: Any) -> None:
        pipe.send(("report", words))
        while pipe.poll():
            if pickle.loads(pipe.recv_bytes()) == number:
                raise Stopped

    with suppress(EOFError, OSError):  # the driver closed the pipe, or has ended
        while True:
            answer = perform(pipe.recv_bytes(), report)
            if answer is not None:
                pipe.send(answer)


def end_with_parent() -> None:
    """Wait for the end of the driver, however it ends, and end this process."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)
