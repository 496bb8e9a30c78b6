"""How a worker runs a task that was sent to it, whatever it answers through."""

import pickle
from collections.abc import Callable
from functools import partial
from typing import Any

from resweep.executors import Stopped

Message = tuple[str, Any]  # "report", "result", "stopped" or "fault", and its value


def perform(task: bytes, report: Callable[..., None]) -> Message | None:
    """Run a task of `resweep.executors.jobs.Job`; how it ended, and what it left.

    What the task reports goes to `report(number, *words)`, where somebody hears it. None is the
    answer to a number alone, which asks to stop a task that has ended by now.
    """
    try:
        content = pickle.loads(task)
        if isinstance(content, int):
            return None
        number, fn, args, kwargs, heard = content
        if heard:
            kwargs["on_progress"] = partial(report, number)
        return "result", fn(*args, **kwargs)
    except Stopped:
        return "stopped", None
    except Exception as fault:
        return "fault", portable(fault)


def portable(fault: Exception) -> Exception:
    """`fault` if it can be sent and put together again, else its text."""
    try:
        pickle.loads(pickle.dumps(fault))
    except Exception:
        return RuntimeError(f"{type(fault).__name__}: {fault}")
    return fault
