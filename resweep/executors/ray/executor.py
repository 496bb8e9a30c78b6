"""Run tasks on a Ray cluster, in actors that stay: each loads what its tasks need once."""

from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

from resweep.executors.jobs import Job
from resweep.executors.listening import Listening
from resweep.executors.ray.crew import Crew, Event
from resweep.executors.ray.head import Head
from resweep.executors.ray.shares import RayShares
from resweep.executors.ray.worker import Prepare
from resweep.executors.silence import GoneError

ROOM_SECONDS = 20.0
LEAVE_SECONDS = 5.0  # that the end of actors may take which nobody waits for


class RayActors(Listening):
    """An executor of at most `shares.workers` actors of the cluster this process is connected to.

    They are started when first needed. A task goes to an actor that has found room, so that the
    work goes on where the cluster has less room than asked for; `remark` is given a line where
    nothing has found room for a while, or the head of the cluster is silent. `share()` is called
    once, before the first task; what it returns is sent to each node once, and `prepare` is called
    with it in each actor. An actor that dies, by itself or with its node, fails its task with
    WorkerDied and is replaced. A head that stays away ends every task with GoneError. Actors end
    with the process that started them, however that ends.
    """

    def __init__(
        self,
        shares: RayShares,
        prepare: Prepare = None,
        share: Callable[[], Any] | None = None,
        remark: Callable[[str], None] = lambda line: None,
    ) -> None:
        super().__init__()
        self.remark, self.said = remark, False
        self.events: SimpleQueue[Event] = SimpleQueue()
        self.crew = Crew(shares, prepare, share, self.events)
        self.open: set[Future[Any]] = set()
        self.head = Head(self.crew.ray, remark, self.leave_all)
        self.begin()

    def take(self, job: Job) -> None:
        """See `Listening.take`."""
        self.open.add(job.future)
        job.future.add_done_callback(self.open.discard)
        self.events.put(partial(self.crew.waiting.append, job))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """See `resweep.executors.Executor.shutdown`.

        Without `wait` the actors are killed and the futures of their tasks end with WorkerDied.
        """
        with self.lock:
            self.closing = True
        self.events.put(partial(self.close, now=not wait, cancel=cancel_futures or not wait))
        while wait and self.fault is None and self.listener.is_alive():
            self.listener.join(LEAVE_SECONDS)
        self.listener.join(LEAVE_SECONDS)
        self.head.over.set()

    def listen(self) -> None:
        """What the listener's thread does: start actors, hand out tasks, hear of both."""
        while not self.closing or self.crew.waiting or self.crew.busy() or not self.events.empty():
            try:
                event = self.events.get(timeout=ROOM_SECONDS)
            except Empty:
                self.see_whether_there_is_room()
                continue
            try:
                event()
                self.crew.hand_out()
            except Exception as fault:
                self.crew.fail(fault)
            if self.fault is not None:
                return
        self.crew.kill()

    def close(self, *, now: bool, cancel: bool) -> None:
        """Cancel what waits, and kill the actors, if that is asked for."""
        if cancel:
            while self.crew.waiting:
                self.crew.waiting.popleft().future.cancel()
        if now:
            self.crew.kill()

    def leave_all(self, fault: GoneError) -> None:
        """End every task with the loss of the cluster; its actors can no longer be spoken to.

        The listener is not asked, since it may wait in a call of Ray's that does not end.
        """
        with self.lock:
            self.fault = fault
        for future in list(self.open):
            with suppress(InvalidStateError):  # it has ended in this moment
                future.set_exception(fault)
        self.events.put(self.crew.forget)

    def see_whether_there_is_room(self) -> None:
        """Say once that tasks wait and no actor has found room."""
        if self.crew.without_room() and not self.said:
            self.said = True
            shares = self.crew.shares
            self.remark(
                "the Ray cluster has no room for a worker of "
                f"{shares.threads} CPUs and {shares.gpus_each:g} GPUs yet: waiting, see "
                "`ray status`"
            )
