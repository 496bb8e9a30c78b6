"""Run tasks in worker processes that stay: each imports and loads what its tasks need once.

concurrent.futures.ProcessPoolExecutor gives up all of its workers when one dies; here a death is the end of one task.
"""

import multiprocessing
import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from typing import Any, ParamSpec, TypeVar

from resweep.executors import Stopped, WorkerDied

P = ParamSpec("P")
T = TypeVar("T")
NUMBERS = count()
SPAWN = multiprocessing.get_context(
    "spawn"
)  # a fork of a process that has threads, or CUDA, may hang
DRIVERS = (
    signal.SIGINT,
    signal.SIGTERM,
)  # meant for the driver, which decides what becomes of its workers
Heard = Callable[..., None]
Prepare = Callable[[int], None] | None


class Processes(Executor):
    """concurrent.futures.Executor of at most `workers` processes, started when first needed.

    `prepare(i)` is called once in the i-th worker, before its first task. A worker that dies fails its task with
    WorkerDied and is replaced; workers end with the process that started them, however that ends.
    """

    def __init__(self, workers: int, prepare: Prepare = None) -> None:
        self.free, self.prepare = deque(range(workers)), prepare
        self.idle: list[Worker] = []
        self.busy: dict[Connection, Worker] = {}
        self.waiting: deque[Job] = deque()
        self.lock = threading.RLock()
        self.closing = False
        self.bell, self.rung = SPAWN.Pipe(duplex=False)
        self.listener = threading.Thread(target=self.listen, name="resweep-listener", daemon=True)
        self.listener.start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """A future for `fn(*args, **kwargs)`, all of it picklable but `on_progress`, which stays and hears."""
        job = Job(kwargs.pop("on_progress", None))  # type: ignore[arg-type]
        job.message = bytes(ForkingPickler.dumps((job.number, fn, args, kwargs)))
        with self.lock:
            if self.closing:
                raise RuntimeError("submitted to an executor that is shut down")
            self.waiting.append(job)
        self.ring()
        return job.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers: after their tasks with `wait`, else at once and their futures with WorkerDied."""
        with self.lock:
            self.closing = True
            if cancel_futures or not wait:
                while self.waiting:
                    self.waiting.popleft().future.cancel()
            if not wait:
                for worker in [*self.idle, *self.busy.values()]:
                    worker.process.kill()
        self.ring()
        if wait:
            self.listener.join()

    def __exit__(self, kind: type[BaseException] | None, *fault: object) -> None:
        self.shutdown(wait=kind is None)

    def ring(self) -> None:
        with suppress(OSError):  # closed: nobody listens any more
            self.rung.send_bytes(b"!")

    def listen(self) -> None:
        """The listener's life: hand out tasks, hear workers, notice deaths."""
        while True:
            with self.lock:
                self.hand_out()
                if self.closing and not self.busy and not self.waiting:
                    break
                talking = [self.bell, *self.busy]
            heard = wait(talking)
            if self.bell in heard:
                self.bell.recv_bytes()
            for worker in [w for pipe, w in self.busy.items() if pipe in heard]:
                self.hear(worker)
        for worker in self.idle:
            worker.end()
        self.bell.close()
        self.rung.close()

    def hand_out(self) -> None:
        while self.waiting and (self.idle or self.free):
            job = self.waiting.popleft()
            if not job.future.set_running_or_notify_cancel():
                continue
            try:
                worker = self.worker()
            except Exception as fault:  # no process could be started
                job.future.set_exception(fault)
                continue
            worker.take(job)
            self.busy[worker.pipe] = worker

    def worker(self) -> "Worker":
        """An idle worker that lives, else a new one."""
        while self.idle:
            worker = self.idle.pop()
            if worker.process.is_alive():
                return worker
            worker.death()
            self.free.append(worker.slot)
        return Worker.start(self.free.popleft(), self.prepare)

    def hear(self, worker: "Worker") -> None:
        """Take one message; a broken pipe is a death, after whatever had been said."""
        assert worker.job is not None
        try:
            kind, value = worker.pipe.recv()
        except (EOFError, OSError):
            with self.lock:
                del self.busy[worker.pipe]
                self.free.append(worker.slot)
            worker.job.future.set_exception(WorkerDied(worker.death()))
            return
        if kind == "report":
            worker.job.report(value, worker.pipe)
            return
        with self.lock:
            self.idle.append(self.busy.pop(worker.pipe))
        worker.job.answer(kind, value)


@dataclass
class Job:
    """A task on its way through a worker, and what its listener raised to stop it."""

    heard: Heard | None
    number: int = field(default_factory=lambda: next(NUMBERS))
    future: Future[Any] = field(default_factory=Future)
    message: bytes = b""
    raised: BaseException | None = None

    def report(self, words: tuple[Any, ...], pipe: Connection) -> None:
        if self.heard is None or self.raised is not None:
            return
        try:
            self.heard(*words)
        except BaseException as fault:
            self.raised = fault
            send(pipe, ForkingPickler.dumps(self.number))

    def answer(self, kind: str, value: Any) -> None:
        if self.raised is not None:
            self.future.set_exception(self.raised)
        elif kind == "result":
            self.future.set_result(value)
        else:
            self.future.set_exception(value)


@dataclass
class Worker:
    """The driver's end of a worker process."""

    slot: int
    process: BaseProcess
    pipe: Connection
    job: Job | None = None

    @classmethod
    def start(cls, slot: int, prepare: Prepare) -> "Worker":
        ours, theirs = SPAWN.Pipe()
        process = SPAWN.Process(
            target=serve, args=(theirs, slot, prepare), name=f"resweep-worker-{slot}", daemon=True
        )
        with signals_held():
            process.start()
        theirs.close()
        return cls(slot, process, ours)

    def take(self, job: Job) -> None:
        self.job = job
        send(self.pipe, job.message)

    def death(self) -> str:
        self.process.join()
        self.pipe.close()
        code = self.process.exitcode or 0
        how = (
            f"was killed by {signal.Signals(-code).name}"
            if code < 0
            else f"ended with exit code {code}"
        )
        return f"worker process {self.process.pid} {how}"

    def end(self) -> None:
        self.pipe.close()
        self.process.join(timeout=5)
        self.process.kill()
        self.process.join()


def send(pipe: Connection, message: Any) -> None:
    with suppress(OSError):  # the other end has died, which is noticed where it is heard
        pipe.send_bytes(message)


@contextmanager
def signals_held() -> Iterator[None]:
    """A process started inside has the driver's signals blocked: Ctrl-C does not end it before `serve` begins."""
    resource_tracker.ensure_running()  # is started with the first process, and would unblock them again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, DRIVERS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def serve(pipe: Connection, slot: int, prepare: Prepare) -> None:
    """A worker's life: one task after the other until the pipe closes, or the parent ends."""
    for word in DRIVERS:
        signal.signal(word, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, DRIVERS)
    threading.Thread(target=end_with_parent, daemon=True).start()
    if prepare is not None:
        prepare(slot)
    with suppress(EOFError):
        while True:
            message = pipe.recv_bytes()
            try:
                task = pickle.loads(message)
                if isinstance(task, int):  # a stop that came after its task had ended
                    continue
                pipe.send(("result", perform(pipe, *task)))
            except Stopped:
                pipe.send(("stopped", None))
            except Exception as fault:
                pipe.send(("fault", portable(fault)))


def perform(
    pipe: Connection,
    number: int,
    fn: Callable[..., Any],
    words: tuple[Any, ...],
    more: dict[str, Any],
) -> Any:
    def report(*words: Any) -> None:
        pipe.send(("report", words))
        while pipe.poll():
            if pickle.loads(pipe.recv_bytes()) == number:
                raise Stopped

    return fn(*words, on_progress=report, **more)


def portable(fault: Exception) -> Exception:
    """`fault` if it can be sent and put together again, else its text."""
    try:
        pickle.loads(pickle.dumps(fault))
    except Exception:
        return RuntimeError(f"{type(fault).__name__}: {fault}")
    return fault


def end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)
