"""The actors of one driver on a Ray cluster: started, given tasks, heard, and replaced.

Ray itself repeats nothing here: the store decides what is tried again.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from queue import SimpleQueue
from typing import Any

from resweep.errors import ResweepError
from resweep.executors import WorkerDied
from resweep.executors.jobs import Job
from resweep.executors.ray.actor import Actor
from resweep.executors.ray.cluster import library
from resweep.executors.ray.shares import RayShares
from resweep.executors.ray.worker import Prepare
from resweep.executors.versions import versions

MOST_STILLBORN = 5  # actors that die in a row before they are ready
Event = Callable[[], None]  # what has happened, as the call that deals with it


class Crew:
    """At most `shares.workers` actors, and the tasks that wait for one; used by one thread.

    What Ray answers becomes an event in `events`, for that thread to call. `share()` is called
    once, before the first actor; what it returns is sent to each node once, and `prepare` is called
    with it in each actor.
    """

    def __init__(
        self,
        shares: RayShares,
        prepare: Prepare,
        share: Callable[[], Any] | None,
        events: "SimpleQueue[Event]",
    ) -> None:
        self.ray = library()
        self.shares, self.prepare, self.share, self.events = shares, prepare, share, events
        self.shared: Any = None
        self.actors: set[Actor] = set()
        self.idle: list[Actor] = []
        self.waiting: deque[Job] = deque()
        self.stillborn = 0

    def busy(self) -> bool:
        """Whether an actor has a task."""
        return any(actor.job is not None for actor in self.actors)

    def without_room(self) -> bool:
        """Whether tasks wait and no actor has found room."""
        return bool(self.waiting) and not self.idle and not self.busy()

    def forget(self) -> None:
        """Drop all tasks and actors, of a cluster that can no longer be spoken to."""
        self.waiting.clear()
        self.actors.clear()
        self.idle.clear()

    def ready(self, actor: Actor, answer: Future[str]) -> None:
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

    def heard(self, actor: Actor, answer: "Future[list[tuple[str, Any]]]") -> None:
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
            self.listen_to(actor.handle.messages.remote(), self.heard, actor)

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
                self.listen_to(actor.handle.begin.remote(job.message), self.heard, actor)
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
        self.listen_to(answer, self.ready, actor)

    def listen_to(
        self, answer: Any, deal: Callable[[Actor, "Future[Any]"], None], actor: Actor
    ) -> None:
        """Make an event of an answer, when it comes."""
        answer.future().add_done_callback(
            lambda future: self.events.put(partial(deal, actor, future))
        )

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
