"""A task on its way through a worker, as the driver keeps it."""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any

Heard = Callable[..., object]
NUMBERS = count()


@dataclass
class Job:
    """A task and its future.

    heard      the driver's `on_progress`, None where reports are of no interest
    message    the pickled task, as it is sent to the worker
    raised     what `heard` raised to stop the task
    name       what the task is called where others may look for it
    """

    heard: Heard | None
    number: int = field(default_factory=lambda: next(NUMBERS))
    future: Future[Any] = field(default_factory=Future)
    message: bytes = b""
    raised: BaseException | None = None
    name: str = ""

    @classmethod
    def of(cls, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> "Job":
        """The job of `fn(*args, **kwargs)`; raises what pickling raises where it cannot be sent."""
        heard = kwargs.pop("on_progress", None)
        job = cls(heard)
        task = (job.number, fn, args, kwargs, heard is not None)
        job.message = bytes(ForkingPickler.dumps(task))
        return job

    def report(self, words: tuple[Any, ...]) -> bool:
        """Hand a report to the driver; True if what that raises is to stop the task."""
        if self.heard is None or self.raised is not None:
            return False
        try:
            self.heard(*words)
        except BaseException as fault:
            self.raised = fault
            return True
        return False

    def answer(self, kind: str, value: Any) -> None:
        """End the future with the worker's last message, or with what stopped the task."""
        if self.raised is not None:
            self.future.set_exception(self.raised)
        elif kind == "result":
            self.future.set_result(value)
        else:
            self.future.set_exception(value)


def send(pipe: Connection, message: Any) -> None:
    """Send bytes; that the other end has died is noticed where it is heard, not here."""
    with suppress(OSError):
        pipe.send_bytes(message)
