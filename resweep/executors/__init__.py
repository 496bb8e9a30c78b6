"""Executors: where the tasks of a plan run. One contract, which every executor here satisfies."""

import concurrent.futures
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Any, ParamSpec, Protocol, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Stopped(BaseException):
    """The driver wants no more of this task.

    It is no Exception, so that a task which catches its own faults does not catch it.
    """


class WorkerDied(Exception):
    """The process that ran the task ended without an answer; the message says how."""


class Executor(Protocol):
    """What the loop needs of an executor; tests/executors/test_contract.py holds it for each.

    Required are `submit`, `shutdown` and use as a context manager. `BaseExecutor` provides `kept`,
    and what concurrent.futures.Executor has, such as `map`.
    """

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run `fn(*args, **kwargs)` and return a future of its result or exception.

        With `on_progress` among the keywords the task is called with an `on_progress` of its own.
        What it reports there, the driver's `on_progress` hears, in order and before the future is
        done. What the driver's raises, such as `Stopped`, the task raises from its next report, and
        the future ends with it even if the task ended before. A task whose process died ends with
        WorkerDied.
        """
        ...

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more tasks; finish those submitted if `wait`, else end them at once.

        With `cancel_futures` those that have not begun are cancelled.
        """
        ...

    def kept(self, future: Future[Any]) -> None:
        """Learn that the result of this future is safe: no copy of it is needed any more."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> bool | None:
        """Shut down: wait for the tasks, unless an exception leaves the block."""
        ...


class BaseExecutor(concurrent.futures.Executor):
    """An executor that keeps no copy of a result."""

    def kept(self, future: Future[Any]) -> None:
        """See `Executor.kept`."""
