"""Run tasks on a Ray cluster, in actors that stay: each loads what its tasks need once.

Ray itself repeats nothing here: the store decides what is tried again.
"""

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any

from resweep.errors import ResweepError
from resweep.executors import WorkerDied
from resweep.executors.jobs import Job
from resweep.executors.listening import Listening
from resweep.executors.ray_actor import Actor
from resweep.executors.ray_cluster import RayShares, library
from resweep.executors.ray_head import LOOK_SECONDS, Head
from resweep.executors.ray_worker import Prepare
from resweep.executors.silence import GoneError
from resweep.executors.versions import versions

MOST_STILLBORN = 5  # actors that die in a row before they are ready
ROOM_SECONDS = 20.0
LEAVE_SECONDS = 5.0  # that the end of actors may take which nobody waits for
Event = tuple[str, Any, Any]  # what happened, to whom, and the future that tells more


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
        self.ray = library()
        self.shares, self.prepare, self.share, self.remark = shares, prepare, share, remark
        self.shared: Any = None
        self.actors: set[Actor] = set()
        self.idle: list[Actor] = []
        self.waiting: deque[Job] = deque()
        self.events: SimpleQueue[Event] = SimpleQueue()
        self.said = False
        self.stillborn = 0
        self.head = Head(self.ray, remark)
        self.begin()

    def take(self, job: Job) -> None:
        """See `Listening.take`."""
        self.events.put(("submitted", job, None))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """See `resweep.executors.Executor.shutdown`.

        Without `wait` the actors are killed and the futures of their tasks end with WorkerDied.
        """
        with self.lock:
            self.closing = True
        self.events.put(("closed", not wait, cancel_futures or not wait))
        self.listener.join(None if wait else LEAVE_SECONDS)

    def listen(self) -> None:
        """What the listener's thread does: start actors, hand out tasks, hear of both."""
        quiet_since = time.monotonic()
        while not self.closing or self.waiting or self.busy() or not self.events.empty():
            try:
                self.head.look()
                what, whom, more = self.events.get(timeout=min(LOOK_SECONDS, ROOM_SECONDS))
            except GoneError as fault:
                self.leave_all(fault)
                return
            except Empty:
                if time.monotonic() - quiet_since > ROOM_SECONDS:
                    self.say_that_there_is_no_room()
                continue
            quiet_since = time.monotonic()
            try:
                getattr(self, f"on_{what}")(whom, more)
                self.hand_out()
            except Exception as fault:
                self.fail(fault)
        self.kill()

    def leave_all(self, fault: GoneError) -> None:
        """End every task with the loss of the cluster; its actors can no longer be spoken to."""
        with self.lock:
            self.fault = fault
        while not self.events.empty():
            what, whom, _ = self.events.get()
            if what == "submitted":
                self.waiting.append(whom)
        self.fail(fault)
        for actor in self.actors:
            if actor.job is not None:
                actor.job.future.set_exception(fault)
        self.actors.clear()
        self.idle.clear()

    def say_that_there_is_no_room(self) -> None:
        """Say once that tasks wait and no actor has found room."""
        if self.waiting and not self.idle and not self.busy() and not self.said:
            self.said = True
            self.remark(
                "the Ray cluster has no room for a worker of "
                f"{self.shares.threads} CPUs and {self.shares.gpus_each:g} GPUs yet: waiting, see "
                "`ray status`"
            )

    def busy(self) -> bool:
        return any(actor.job is not None for actor in self.actors)

    def on_submitted(self, job: Job, _: object) -> None:
        self.waiting.append(job)

    def on_closed(self, now: bool, cancel: bool) -> None:
        if cancel:
            while self.waiting:
                self.waiting.popleft().future.cancel()
        if now:
            self.kill()

    def on_ready(self, actor: Actor, answer: Future[str]) -> None:
        """An actor has found room and is prepared, or could not be; a dead one is replaced."""
        fault = answer.exception()
        if actor not in self.actors:  # killed meanwhile
            return
        if fault is None:
            actor.node, self.stillborn = answer.result(), 0
            self.idle.append(actor)
            return
        self.actors.discard(actor)
        self.ray.kill(actor.handle)
        self.stillborn += 1
        died = isinstance(fault, self.ray.exceptions.RayActorError)
        if not died or self.stillborn == MOST_STILLBORN:
            raise fault

    def on_heard(self, actor: Actor, answer: "Future[list[tuple[str, Any]]]") -> None:
        """Take what the task of an actor said; an exception is the actor's death, or a defect."""
        job = actor.job
        if job is None:  # killed meanwhile
            return
        fault = answer.exception()
        if fault is not None:
            self.lose(actor, job, fault)
            return
        for kind, value in answer.result():
            if kind != "report":
                actor.job = None
                self.idle.append(actor)
                job.answer(kind, value)
            elif job.report(value):
                actor.handle.stop.remote(job.number)
        if actor.job is not None:
            self.listen_to(actor.handle.messages.remote(), "heard", actor)

    def lose(self, actor: Actor, job: Job, fault: BaseException) -> None:
        """End the task of an actor that is gone; one that only failed to answer is ended too."""
        self.actors.discard(actor)
        actor.job = None
        if isinstance(fault, self.ray.exceptions.RayActorError):
            fault = WorkerDied(actor.death(fault))
        self.ray.kill(actor.handle)
        job.future.set_exception(fault)

    def hand_out(self) -> None:
        """Give waiting tasks to idle actors, and start as many as the rest could use."""
        while self.waiting and self.idle:
            job = self.waiting.popleft()
            if job.future.set_running_or_notify_cancel():
                actor = self.idle.pop()
                actor.job = job
                self.listen_to(actor.handle.begin.remote(job.message), "heard", actor)
        busy = sum(actor.job is not None for actor in self.actors)
        wanted = min(self.shares.workers, busy + len(self.waiting))
        while len(self.actors) < wanted:
            self.start()

    def start(self) -> None:
        """Start an actor; it becomes idle when the cluster has room for it."""
        if self.shared is None and self.share is not None:
            self.shared = self.ray.put(self.share())
        actor = Actor.start(self.ray, self.shares)
        self.actors.add(actor)
        each = self.shares.gpus_each
        answer = actor.handle.ready.remote(versions(), each, self.prepare, self.shared)
        self.listen_to(answer, "ready", actor)

    def listen_to(self, answer: Any, what: str, actor: Actor) -> None:
        """Make an event of an answer, when it comes."""
        answer.future().add_done_callback(lambda future: self.events.put((what, actor, future)))

    def fail(self, fault: Exception) -> None:
        """End everything that waits with a fault that would meet every task."""
        cause = getattr(fault, "cause", None)  # Ray wraps what was raised in an actor
        fault = cause if isinstance(cause, ResweepError) else fault
        while self.waiting:
            job = self.waiting.popleft()
            if job.future.set_running_or_notify_cancel():
                job.future.set_exception(fault)

    def kill(self) -> None:
        """End every actor, whatever it does."""
        for actor in list(self.actors):
            self.ray.kill(actor.handle)
            if actor.job is not None:
                actor.job.future.set_exception(WorkerDied("the driver ended this Ray worker"))
                actor.job = None
        self.actors.clear()
        self.idle.clear()
