"""What executors share whose tasks run elsewhere: a thread of their own that hears the workers."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future
from typing import ParamSpec, TypeVar

from resweep.executors import BaseExecutor
from resweep.executors.jobs import Job
from resweep.executors.silence import GoneError

P = ParamSpec("P")
T = TypeVar("T")


class Listening(BaseExecutor, ABC):
    """An executor with a listener; a subclass calls `begin` when it is set up.

    `lock` guards what both threads use, `closing` is set by `shutdown`, and `fault` is the loss of
    the cluster on which the tasks ran.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.closing = False
        self.fault: GoneError | None = None
        self.listener = threading.Thread(target=self.listen, name="resweep-listener", daemon=True)

    def begin(self) -> None:
        """Start to listen."""
        self.listener.start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """See `resweep.executors.Executor.submit`; everything but `on_progress` is pickled.

        Raises what pickling raises, GoneError once the cluster is lost, and RuntimeError after
        `shutdown`.
        """
        job = Job.of(fn, args, kwargs)
        job.name = self.name_of(fn, args)
        with self.lock:
            if self.fault is not None:
                raise self.fault
            if self.closing:
                raise RuntimeError("submitted to an executor that is shut down")
            self.take(job)
        return job.future

    def name_of(self, fn: Callable[..., object], args: tuple[object, ...]) -> str:
        """What a task is called where others may look for it; empty where nobody does."""
        return ""

    @abstractmethod
    def take(self, job: Job) -> None:
        """Let the listener know of a task; called with the lock held."""

    @abstractmethod
    def listen(self) -> None:
        """What the listener's thread does until the executor is shut down."""

    def __exit__(self, kind: type[BaseException] | None, *fault: object) -> None:
        self.shutdown(wait=kind is None)
