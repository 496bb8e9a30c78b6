"""From experiments as typed to outcomes: find the data, ask the store, load torch only for what is missing."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from resweep import data, registry
from resweep.cli.running.drive import drive
from resweep.errors import MissingError, UsageError
from resweep.executors.shares import Shares, divide
from resweep.experiment import Experiment
from resweep.outcome import Outcome
from resweep.plans import Plan
from resweep.plans.cells import Cells
from resweep.plans.grid import Grid
from resweep.store import Store
from resweep.store.sweeps import Rerun


@dataclass(frozen=True)
class SweepCells:
    """The resolved cells of a sweep, the definition and digest they came from, and the fields that vary among them."""

    experiments: list[Experiment]
    definition: dict[str, Any]
    digest: str
    axes: tuple[str, ...]


@dataclass(frozen=True)
class Work:
    """Where and how a command's experiments run; the source of their images is found once."""

    store: str
    source: data.Source
    device: str
    kernel_path: str
    rerun: bool
    quiet: bool
    probes: tuple[str, ...] = ()
    executor: str = "inline"
    workers: int | None = None
    fail_fast: bool = False

    @classmethod
    def on(cls, dataset: str, folder: Path | None, **how: Any) -> "Work":
        for name in how.get("probes", ()):
            registry.check("probe", name, registry.names(PROBES))
        if how.get("workers") and how.get("executor") != "processes":
            raise UsageError(
                "--workers needs worker processes: add --executor processes, or drop --workers"
            )
        return cls(source=data.find(dataset, folder, warn), **how)

    def resolve(self, experiment: Experiment) -> Experiment:
        if experiment.effective_fan_in and self.source.shape[1:] != (32, 32):
            size = "x".join(map(str, self.source.shape[1:]))
            raise UsageError(
                f"effective_fan_in is known for 32x32 images only, these are {size}: drop it"
            )
        return experiment.resolve(self.source.name, self.source.train_images)

    def answers(self, stored: Outcome) -> bool:
        """Whether a stored run need not be measured again: it did not fail and has every probe asked for."""
        had = stored.provenance.get("probes", [])
        return not self.rerun and stored.status != "error" and set(self.probes) <= set(had)

    def stored(self, experiments: Iterable[Experiment]) -> int:
        """How many of the experiments need not run; 0 too where there is no store yet."""
        try:
            with Store.open(self.store, create=False) as store:
                found = (store.find(e.key, self.source.fingerprint) for e in experiments)
                return sum(outcome is not None and self.answers(outcome) for outcome in found)
        except MissingError:
            return 0

    def outcomes(self, experiments: list[Experiment]) -> list[Outcome]:
        """Outcomes of resolved experiments, in their order; each is saved as soon as it is measured."""
        plan = Grid(experiments)
        with Store.open(self.store) as store:
            done = {o.experiment.key: o for o, _ in self.drive(plan, store, len(plan.experiments))}
        return [done[e.key] for e in experiments]

    def sweep(
        self, name: str, cells: SweepCells, *, rerun: Rerun | None = None, max_tries: int = 3
    ) -> list[Outcome]:
        """Work off the cells of a sweep, beside other drivers of the same store; the runs of all, whoever ran them.

        A cell that is done is not run again, and one that failed only with `rerun`.
        """
        fingerprint = self.source.fingerprint
        with Store.open(self.store) as store:
            queue = store.queue(
                name,
                cells.definition,
                cells.digest,
                cells.experiments,
                fingerprint,
                rerun=rerun,
                max_tries=max_tries,
            )
            left, before = queue.recover(), queue.counts()
            if left and not self.quiet:
                print(
                    f"{left} cells of {name} were left by a driver that is gone: queued again",
                    file=sys.stderr,
                )
            if ended(before) and not self.quiet:
                print(
                    f"{ended(before)} of {sum(before.values())} cells of {name} are stored already",
                    file=sys.stderr,
                )
            with queue.beating():
                how = {"axes": cells.axes, "answers": never, "count": lambda: ended(queue.counts())}
                here = sum(1 for _ in self.drive(Cells(queue), store, sum(before.values()), **how))
            after = queue.counts()
            self.sum_up(name, before, after, here)
            found = {
                o.experiment.key: o for o in store.outcomes(sweep=name, fingerprint=fingerprint)
            }
        return [found[e.key] for e in cells.experiments if e.key in found]

    def sum_up(self, name: str, before: dict[str, int], after: dict[str, int], here: int) -> None:
        elsewhere = ended(after) - ended(before) - here
        if elsewhere > 0 and not self.quiet:
            print(
                f"{elsewhere} cells of {name} were run by other drivers meanwhile", file=sys.stderr
            )
        if after["failed"] and not self.quiet:
            print(
                f"{after['failed']} cells of {name} failed: try them again with --rerun failed",
                file=sys.stderr,
            )

    def drive(
        self, plan: Plan, store: Store, total: int | None, **how: Any
    ) -> Iterator[tuple[Outcome, bool]]:
        """Run any plan to its end; yields (outcome, whether it was stored already), each once it is safe.

        See `resweep.cli.running.drive.drive`.
        """
        return drive(self, plan, store, total, **how)

    @cached_property
    def shares(self) -> Shares | None:
        """How workers share the machine; None where everything runs in this process."""
        return divide(self.workers, self.device) if self.executor == "processes" else None

    @property
    def slots(self) -> int:
        """Experiments that run at once."""
        return self.shares.workers if self.shares else 1

    @property
    def threads(self) -> int | None:
        """Threads that torch may use in each worker; None leaves that to torch."""
        return self.shares.threads if self.shares else None


PROBES = "resweep.nets.probes"


def ended(counts: dict[str, int]) -> int:
    return counts["done"] + counts["failed"]


def never(stored: Outcome) -> bool:
    """A claimed cell is measured whatever is stored."""
    return False


def warn(message: str) -> None:
    print(f"warning: {message}", file=sys.stderr)
