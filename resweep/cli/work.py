"""From experiments as typed to outcomes: find the data, ask the store, load torch only for what is missing."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resweep import data, registry
from resweep.arms import label
from resweep.cli.progress import ProgressDisplay
from resweep.errors import MissingError, UsageError
from resweep.executors.inline import Inline
from resweep.experiment import Experiment
from resweep.outcome import Outcome
from resweep.plans.grid import Grid
from resweep.store import Store
from resweep.sweep import sweep

if TYPE_CHECKING:
    from resweep.measure import Laboratory


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
        """Outcomes of resolved experiments, in their order; each is saved as soon as it is measured.

        An interrupt leaves everything finished in the store, says how to go on and passes on.
        """
        plan = Grid(experiments)
        done: dict[str, Outcome] = {}
        with Store.open(self.store) as store, ProgressDisplay(len(plan.experiments), self.quiet) as display:
            laboratory: Laboratory | None = None

            def attempt(experiment: Experiment) -> Outcome:
                nonlocal laboratory
                laboratory = laboratory or open_laboratory(self, plan.experiments, display)
                return laboratory.attempt(experiment, display.step)

            try:
                for outcome, stored in sweep(
                    plan, Inline(), store, attempt, self.source.fingerprint, answers=self.answers
                ):
                    done[outcome.experiment.key] = outcome
                    display.finish(outcome, label(outcome.experiment), stored)
            except (KeyboardInterrupt, SystemExit):
                total = len(plan.experiments)
                print(
                    f"stopped: {len(done)} of {total} runs are saved; the same command goes on from there",
                    file=sys.stderr,
                )
                raise
        return [done[e.key] for e in experiments]


PROBES = "resweep.nets.probes"


def open_laboratory(work: Work, experiments: Iterable[Experiment], display: ProgressDisplay) -> "Laboratory":
    """Importing torch takes seconds: say so at once, and only when something must be measured.

    Raises MissingError where there is no such device, or where the kernel path cannot take an experiment.
    """
    display.say("loading torch and the images ...")
    from resweep import devices
    from resweep.measure import Laboratory

    devices.pick(work.device)
    laboratory = Laboratory(work.source, data.load(work.source, warn), work.device, work.probes, work.kernel_path)
    for experiment in experiments:
        laboratory.check_kernel_path(experiment)
    return laboratory


def warn(message: str) -> None:
    print(f"warning: {message}", file=sys.stderr)
