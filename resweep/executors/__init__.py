"""Executors: where a task runs. One contract, held by one test suite.

`submit(task, *words, on_progress=heard)` returns a Future. The task gets an `on_progress` of its own; what it reports
there, `heard` hears in the driver's process. What `heard` raises, the task raises from its next report, and so the
future: `Stopped` stops it.
"""


class Stopped(BaseException):
    """The driver wants no more of this task; no Exception, so that no task mistakes it for a fault of its own."""


class WorkerDied(Exception):
    """The process that ran the task ended without an answer; the message says how."""
