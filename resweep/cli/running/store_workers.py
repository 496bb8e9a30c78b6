"""The driver of a sweep whose workers are Slurm tasks that claim and save in PostgreSQL.

It submits workers, finds the cells of dead ones, and tells how far the sweep is. Killed, it is
missed by nobody but the user: the workers go on, and the same command looks at them again.
"""

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import typer
from sqlalchemy import URL

from resweep.cli.output.messages import say, warn
from resweep.cli.running import slurm
from resweep.cli.running.drive import Watcher, say_how_to_go_on
from resweep.cli.running.interrupt import Interrupt
from resweep.cli.running.progress import ProgressDisplay
from resweep.cli.running.store_worker import Assignment, work
from resweep.cli.running.work import Work
from resweep.errors import UsageError
from resweep.executors.silence import GoneError
from resweep.executors.slurm.fleet import Fleet
from resweep.numerals import counted
from resweep.outcome import Outcome
from resweep.store import Store, address
from resweep.store.patience import patiently
from resweep.store.queue import Queue

LOOK_SECONDS = 0.5


@dataclass
class StoreWorkers:
    """The workers of one sweep; `queue` holds its cells, and `axes` names what varies in them."""

    work: Work
    sweep: str
    store: Store
    queue: Queue
    axes: Sequence[str]
    shown: set[str] = field(default_factory=set)
    seen: int = 0  # how many cells had ended at the last look

    def __post_init__(self) -> None:
        options, fingerprint = self.work.options, self.work.source.fingerprint
        wish = replace(slurm.wish(options), alone_for=f"{self.sweep} {fingerprint}")
        spool = slurm.spool(options.store).made(wish.pool)
        assignment = Assignment(
            options.store,
            self.sweep,
            fingerprint,
            self.queue.max_tries,
            self.work.measure,
            str(spool.folder),
            wish.pool,
        )
        self.fleet = Fleet(spool, wish, self.sweep, work=work, words=(assignment,))
        self.fleet.silence.remark = warn
        if not options.quiet:
            self.fleet.announce = say
        self.fleet.begin()

    def leave(self) -> None:
        """`--detach`: submit the workers that are missing and end with exit code 0."""
        counts = self.queue.counts()
        self.fleet.reinforce(counts["queued"], counts["running"])
        if self.fleet.silence.pause:
            raise GoneError("Slurm does not answer: the same command submits workers once it does")
        if not self.work.options.quiet:
            left = counts["queued"] + counts["running"]
            total = sum(counts.values())
            of_all = counted(total, "run is", "runs are")
            say(
                f"{left} of {of_all} with Slurm's workers, which store them; "
                f"{total - left} are stored"
            )
        raise typer.Exit(0)

    def watched(self) -> int:
        """Stay until every cell has ended; how many ended meanwhile.

        An interrupt cancels the workers, which give their cells back, and passes on as
        KeyboardInterrupt or SystemExit(143).
        """
        options, counts = self.work.options, self.queue.counts()
        total, before = sum(counts.values()), ended(counts)
        self.seen = before
        self.new(self.work.slots)
        with (
            ProgressDisplay(total, options.quiet, self.work.slots) as display,
            Interrupt(display.remark) as interrupt,
        ):
            fingerprint = self.work.source.fingerprint
            watcher = Watcher(display, interrupt, self.axes, lambda: self.seen, fingerprint)
            while self.seen < total and interrupt.number is None:
                counts = self.queue.counts()
                if self.show(ended(counts), watcher) and self.work.fail_fast:
                    self.cancel()
                    break
                self.see_to_workers(counts)
                time.sleep(LOOK_SECONDS)
            if interrupt.number is not None:
                self.cancel()
                say_how_to_go_on(self.seen, total)
                interrupt.leave()
        self.fleet.let_go(also_running=False)
        return self.seen - before

    def show(self, now: int, watcher: Watcher) -> bool:
        """Show the runs that ended since the last look; whether one of them failed."""
        if now == self.seen:
            return False
        self.fleet.silence.alive()
        fresh = self.new(now - self.seen + self.work.slots)
        self.seen = now
        for outcome in fresh:
            watcher.kept(outcome, False)
        return any(outcome.status == "error" for outcome in fresh)

    def see_to_workers(self, counts: Mapping[str, int]) -> None:
        """Now and then queue the cells of dead workers again, and submit those that are missing."""
        if self.fleet.is_time_to_look():
            again = self.queue.recover()
            if self.fleet.look():
                self.fleet.reinforce(counts["queued"] + again, counts["running"] - again)

    def cancel(self) -> None:
        """Cancel the workers, which give their cells back."""
        with suppress(GoneError):
            if self.fleet.look():
                self.fleet.let_go(also_running=True)

    def new(self, most: int) -> list[Outcome]:
        """The outcomes among the newest so many that were not returned before, oldest first."""
        sweep, fingerprint = self.sweep, self.work.source.fingerprint

        def read() -> list[Outcome]:
            of_sweep = self.store.outcomes(
                limit=most, curves=False, sweep=sweep, fingerprint=fingerprint
            )
            return list(of_sweep)

        newest = patiently(read)
        fresh = [o for o in reversed(newest) if o.experiment.key not in self.shown]
        self.shown |= {outcome.experiment.key for outcome in fresh}
        return fresh


def ended(counts: dict[str, int]) -> int:
    """Cells that need no more work."""
    return counts["done"] + counts["failed"]


def refuse_secrets(url: str) -> None:
    """Raise UsageError where workers would need a password that Slurm would see."""
    place = address.parse(url)
    in_address = isinstance(place, URL) and (place.password or "password" in place.query)
    if in_address or "PGPASSWORD" in os.environ:
        raise UsageError(
            "Slurm keeps a copy of what its jobs are given, so that they are given no password: "
            "put that of the store into ~/.pgpass (mode 600), which its workers read, and drop it "
            "from --store and PGPASSWORD"
        )
