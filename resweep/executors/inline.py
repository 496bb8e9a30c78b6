"""Run each task in this very process, at once."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, ParamSpec, TypeVar

from resweep.executors import Stopped

P = ParamSpec("P")
T = TypeVar("T")


class Inline(Executor):
    """concurrent.futures.Executor without concurrency: `submit` returns a finished future.

    An interrupt (KeyboardInterrupt, SystemExit) passes through to the caller.
    """

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except (Exception, Stopped) as fault:
            future.set_exception(fault)
        return future
