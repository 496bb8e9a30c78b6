"""Hand many tasks to Slurm and leave: workers do them all, a later call takes the answers."""

from collections.abc import Callable
from typing import Any

from resweep.errors import MissingError
from resweep.executors.jobs import Job
from resweep.executors.slurm import commands
from resweep.executors.slurm.commands import Wish
from resweep.executors.slurm.fleet import Fleet
from resweep.executors.slurm.spool import Spool


class HandOver:
    """Tasks on their way to Slurm's workers, from a driver that does not wait for them.

    `label` says what the jobs are for, `announce` is told of each. Raises what
    `resweep.executors.slurm.executor.Slurm` raises.
    """

    def __init__(
        self, spool: Spool, wish: Wish, label: str, announce: Callable[[str], None]
    ) -> None:
        commands.check()
        self.spool, self.wish = spool.made(wish.pool), wish
        self.fleet = Fleet(self.spool, wish, label, announce=announce)
        self.found = self.fleet.begin()
        self.answers = self.spool.answers()
        self.handed = 0

    def answer(self, name: str) -> Any:
        """The result of a task that was handed over before; None while it has none.

        Raises what the task raised. A task whose process died has no result: it may be handed over
        again.
        """
        if name not in self.answers:
            return None
        self.answers.discard(name)
        _, kind, value = self.spool.read(name)
        if kind == "result":
            return value
        self.spool.forget(name)
        if kind == "fault":
            raise value
        return None

    def hand(self, fn: Callable[..., Any], *args: Any) -> None:
        """Let `fn(*args)` wait for a worker, unless it waits or runs already.

        The first workers are submitted as soon as there is something for each.
        """
        name = fn.task_name(*args)  # type: ignore[attr-defined]
        self.spool.say(name, None)
        place = self.found.get(name)
        if place is None:
            self.handed += 1
            self.spool.put(self.wish.pool, self.handed, name, Job.of(fn, args, {}).message)
        elif place.pool not in (None, self.wish.pool):
            self.spool.give_back(self.wish.pool, place.path)
        if self.handed == self.wish.workers:
            self.fleet.reinforce_for(self.spool.places())

    def leave(self) -> None:
        """Submit the workers that are missing, and tell all to end when nothing waits any more.

        Raises MissingError where Slurm has fallen silent: then workers may be missing.
        """
        if self.fleet.look():
            self.fleet.reinforce_for(self.spool.places())
        self.spool.close(self.wish.pool, True)
        if self.fleet.silence.pause:
            raise MissingError(
                "Slurm does not answer: what is missing waits for workers, which the same command "
                "submits once it does"
            )
