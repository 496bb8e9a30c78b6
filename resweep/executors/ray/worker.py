"""A worker on a Ray cluster: what runs inside the actor, one task after the other.

The tasks of an actor run in one thread that stays, since torch keeps its number of threads for the
thread that set it; the actor's own threads answer the driver meanwhile.
"""

import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any

from resweep.errors import ResweepError
from resweep.executors import Stopped
from resweep.executors.performing import Message, perform
from resweep.executors.versions import differences, versions

ANSWER_SECONDS = 30.0  # how long a driver's question may stay open without anything to say
Prepare = Callable[[Any], None] | None


@dataclass
class RayWorker:
    """The state of an actor; every public method is called by the driver.

    `begin` and `messages` return what the task has said since, at least one message unless
    `ANSWER_SECONDS` have passed. The last message of a task is no report.
    """

    tasks: SimpleQueue[bytes] = field(default_factory=SimpleQueue)
    said: list[Message] = field(default_factory=list)
    speaks: threading.Condition = field(default_factory=threading.Condition)
    stopped: int = -1  # the number of the task that is to end at its next report

    def __post_init__(self) -> None:
        threading.Thread(target=self._work, name="resweep-tasks", daemon=True).start()

    def ready(self, here: dict[str, str], gpus: float, prepare: Prepare, shared: Any) -> str:
        """Prepare for the first task, and return the name of the node.

        `here` are the driver's versions; raises ResweepError where this environment has others.
        """
        node = socket.gethostname()
        if differs := differences(versions(), here):
            raise ResweepError(unlike(node, differs))
        if not gpus:  # Ray leaves all GPUs of the node visible to a worker that has none
            os.environ["CUDA_VISIBLE_DEVICES"] = ""
        if prepare is not None:
            prepare(shared)
        return node

    def begin(self, task: bytes) -> list[Message]:
        """Begin with a task."""
        self.tasks.put(task)
        return self.messages()

    def messages(self) -> list[Message]:
        """Wait for what the running task says next."""
        with self.speaks:
            self.speaks.wait_for(lambda: self.said, timeout=ANSWER_SECONDS)
            said, self.said = self.said, []
            return said

    def stop(self, number: int) -> None:
        """Let the task of that number end at its next report."""
        self.stopped = number

    def _say(self, *message: Any) -> None:
        with self.speaks:
            self.said.append(message)
            self.speaks.notify()

    def _report(self, number: int, *words: Any) -> None:
        self._say("report", words)
        if self.stopped == number:
            raise Stopped

    def _work(self) -> None:
        while True:
            answer = perform(self.tasks.get(), self._report)
            assert answer is not None  # stops come by another way
            self._say(*answer)


def unlike(node: str, differs: str) -> str:
    """The line for a node whose environment is another one."""
    return (
        f"node {node} of the Ray cluster has {differs}: "
        "start Ray there in an environment like the driver's"
    )
