"""Run each task in this very process, at once."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import ParamSpec, TypeVar

from resweep.executors import BaseExecutor, Stopped

P = ParamSpec("P")
T = TypeVar("T")


class Inline(BaseExecutor):
    """An executor without concurrency: `submit` runs the task and returns a finished future.

    An interrupt (KeyboardInterrupt, SystemExit) passes through to the caller.
    """

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """See `resweep.executors.Executor.submit`."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except (Exception, Stopped) as fault:
            future.set_exception(fault)
        return future
