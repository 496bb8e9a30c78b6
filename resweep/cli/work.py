"""From experiments as typed to outcomes: find the data, ask the store, load torch only for what is missing."""

import os
import shlex
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resweep import data, registry
from resweep.arms import label
from resweep.cli.interrupt import Interrupt
from resweep.cli.progress import ProgressDisplay
from resweep.errors import MissingError, UsageError
from resweep.executors.inline import Inline
from resweep.executors.processes import Processes
from resweep.experiment import Experiment
from resweep.outcome import Outcome
from resweep.plans import Plan
from resweep.plans.grid import Grid
from resweep.store import Store
from resweep.sweep import Loop
from resweep.worker import Measure


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

    @classmethod
    def on(cls, dataset: str, folder: Path | None, **how: Any) -> "Work":
        for name in how.get("probes", ()):
            registry.check("probe", name, registry.names(PROBES))
        return cls(source=data.find(dataset, folder, warn), **how)

    def resolve(self, experiment: Experiment) -> Experiment:
        if experiment.effective_fan_in and self.source.shape[1:] != (32, 32):
            size = "x".join(map(str, self.source.shape[1:]))
            raise UsageError(f"effective_fan_in is known for 32x32 images only, these are {size}: drop it")
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

    def drive(self, plan: Plan, store: Store, total: int | None) -> Iterator[tuple[Outcome, bool]]:
        """Run any plan to its end; yields (outcome, whether it was stored already), each once it is safe.

        `total` is how many outcomes will come, None where nobody can know. An interrupt leaves everything finished in
        the store, says how to go on, and passes on as KeyboardInterrupt or SystemExit(143).
        """
        measure = Measure(self.source, self.device, self.probes, self.kernel_path)
        finished = 0
        with ProgressDisplay(total, self.quiet) as display, Interrupt() as interrupt, self.executors() as executor:
            loop = Loop(
                plan,
                executor,
                store,
                measure,
                self.source.fingerprint,
                slots=self.slots,
                answers=self.answers,
                begin=display.begin,
                watch=display.step,
                patience=interrupt.patience,
            )
            for outcome, stored in loop.run():
                finished += 1
                display.finish(outcome, label(outcome.experiment), stored)
                yield outcome, stored
            if interrupt.number is not None:
                say_how_to_go_on(finished, total)
                interrupt.leave()

    @property
    def slots(self) -> int:
        """Experiments that run at once."""
        if self.executor == "inline":
            return 1
        return self.workers or os.cpu_count() or 1

    def executors(self) -> Executor:
        if self.executor == "inline":
            return Inline()
        return Processes(self.slots)


PROBES = "resweep.nets.probes"


def say_how_to_go_on(finished: int, total: int | None) -> None:
    of = f" of {total}" if total is not None else ""
    command = shlex.join(["resweep", *sys.argv[1:]])
    print(f"stopped: {finished}{of} cells are saved; go on with: {command}", file=sys.stderr)


def warn(message: str) -> None:
    print(f"warning: {message}", file=sys.stderr)
