"""A Slurm task as a driver of its own: it claims and saves cells in a PostgreSQL store.

Nothing passes through files. A task that is told to end gives its cell back at once; the cell of
one that is killed is found by its heartbeat, as that of any driver is.
"""

import math
import os
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from resweep.cli.output.messages import warn
from resweep.executors.processes import Processes
from resweep.executors.slurm.array_task import IDLE_SECONDS
from resweep.executors.slurm.ending import TOO_LONG, Ending, ignore_words_for_the_task, whoami
from resweep.executors.slurm.records import NO_CELLS, Worker, record
from resweep.executors.slurm.spool import Spool
from resweep.experiment import Experiment
from resweep.lab.worker import Measure
from resweep.outcome import Progress
from resweep.plans import WAIT, Asked
from resweep.plans.cells import Cells
from resweep.plans.loop import Listener, Loop, failure
from resweep.store import Store
from resweep.store.queue import Queue


@dataclass(frozen=True)
class Assignment:
    """What a task is given: the sweep, where it stands, how to measure, and where to tell of it.

    `store` holds no password, since Slurm keeps a copy of what its jobs are given; `folder` takes
    the log and the record of each task.
    """

    store: str
    sweep: str
    fingerprint: str
    max_tries: int
    measure: Measure
    folder: str
    pool: str


def work(assignment: Assignment) -> None:
    """Work off cells of the sweep beside others until there are none or it is time to end."""
    ending, (task, restart) = Ending.of_this_task(), whoami()
    mine = Worker(
        f"{task}.{restart}", assignment.pool, socket.gethostname(), os.getpid(), time.time()
    )
    spool = Spool(Path(assignment.folder))
    record(spool, mine)
    with Processes(1, ignore_words_for_the_task) as child:
        # torch and the images come before a cell is claimed
        if ending.comes_after(child.submit(assignment.measure.load)):
            with Store.open(assignment.store, create=False) as store:
                work_off(assignment, store, child, Watch(ending, mine, spool))
        if ending.why:
            child.shutdown(wait=False)
    mine.ended = ending.why or NO_CELLS
    record(spool, mine)


def work_off(assignment: Assignment, store: Store, child: Processes, watch: "Watch") -> None:
    """Claim, measure and save cells, one after the other."""
    fingerprint = assignment.fingerprint
    queue = store.queue_of(assignment.sweep, fingerprint, max_tries=assignment.max_tries)
    with queue.beating():
        plan = TimedCells(queue, fingerprint, watch)
        loop = Loop(plan, child, queue, assignment.measure, fingerprint, listener=watch)
        for _ in loop.run():
            watch.done()


@dataclass
class Watch(Listener):
    """Ends the loop when the task has to, and writes down how far it is."""

    ending: Ending
    record: Worker
    spool: Spool
    cell_began: float | None = None

    def begun(self, experiment: Experiment) -> None:
        self.cell_began = time.monotonic()

    def ended(self, experiment: Experiment) -> None:
        if self.cell_began is not None and not self.ending.why:
            self.ending.longest = max(self.ending.longest, time.monotonic() - self.cell_began)
            self.cell_began = None

    def heard(self, experiment: Experiment, progress: Progress) -> None:
        """Nobody sees a bar of a run from here."""

    def cut(self, experiment: Experiment, progress: Progress) -> None:
        """The cells of a sweep are not judged."""

    def faulted(self, fault: Exception, running: int) -> None:
        """Say in the log of the task why it ends."""
        warn(f"{fault}: ending")

    def done(self) -> None:
        """A cell is stored."""
        self.record.cells += 1
        record(self.spool, self.record, often=False)

    def patience(self) -> float:
        between = self.cell_began is None
        if self.ending.has_come() or (between and self.ending.leaves_no_cell()):
            return 0.0
        return math.inf

    def is_too_long(self) -> bool:
        """Whether the running cell would not end in any task's time."""
        began = self.cell_began
        return self.record.cells == 0 and began is not None and self.ending.is_hopeless(began)


class TimedCells(Cells):
    """The cells of a sweep, for a task whose time is short and dear.

    A cell that had all the time of a task and did not end has had a try, and a task that finds
    nothing to do for a while leaves its place to others.
    """

    def __init__(self, queue: Queue, fingerprint: str, watch: Watch) -> None:
        super().__init__(queue)
        self.save, self.fingerprint, self.watch = queue.save, fingerprint, watch
        self.idle_since: float | None = None

    def ask(self) -> Asked:
        """See `Cells.ask`; None too where other drivers have had all cells for a minute."""
        asked, now = super().ask(), time.monotonic()
        if asked is not WAIT:
            self.idle_since = None
            return asked
        self.idle_since = self.idle_since or now
        return None if now - self.idle_since > IDLE_SECONDS else WAIT

    def withdraw(self, experiment: Experiment) -> None:
        """Queue the cell again, unless it has used up its tries."""
        if not self.watch.is_too_long():
            super().withdraw(experiment)
        elif not self.queue.retry(experiment.key):
            self.save(failure(experiment, self.fingerprint, TOO_LONG))
