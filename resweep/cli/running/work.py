"""Where and how a command's experiments run, and which of them need not: the record of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from resweep import data, registry
from resweep.cli.output.messages import warn
from resweep.cli.running import slurm
from resweep.cli.running.factories import Factories
from resweep.cli.running.run_options import RunOptions
from resweep.errors import NoStoreError, UsageError
from resweep.executors.shares import Shares, divide
from resweep.experiment import Experiment
from resweep.lab.worker import Measure
from resweep.outcome import Outcome
from resweep.sources import Places
from resweep.store import Store, address, has_data

PROBES = "resweep.nets.probes"


@dataclass(frozen=True)
class Work:
    """The options of a command, the images they lead to, and what it asks of each run.

    `probes` are measured beyond the default ones. With `rerun` no stored run stands for a new one,
    and with `fail_fast` the first failed run ends the command. `label` says what Slurm's jobs are
    for; with `afresh` no answer is taken that an earlier command has left to them.
    """

    options: RunOptions
    source: data.Source
    probes: tuple[str, ...] = ()
    rerun: bool = False
    fail_fast: bool = False
    label: str = "run"
    afresh: bool = False

    @classmethod
    def on(cls, options: RunOptions, dataset: str, **how: Any) -> Self:
        """The work on the images that the word `dataset` means; they are looked for once.

        A store with runs of these images from resweep 0.1, which knew them by the sha256 of their
        files and read them in the order of these, goes on in that way, so that no run is repeated.
        """
        for name in how.get("probes", ()):
            registry.check("probe", name, registry.names(PROBES))
        source = data.find(dataset, options.data, warn)
        if source.earlier and has_data(options.store, source.earlier):
            source = source.before()
        return cls(options, source, **how)

    def resolve(self, experiment: Experiment) -> Experiment:
        """Fix what the experiment leaves to the data: `auto` and `all`.

        Raises UsageError for an effective fan-in on images of a size for which it is not known, and
        for an argument that the factory of the network does not take.
        """
        if experiment.effective_fan_in and self.source.shape[1:] != (32, 32):
            size = "x".join(map(str, self.source.shape[1:]))
            raise UsageError(
                f"effective_fan_in is known for 32x32 images only, these are {size}: drop it"
            )
        source = self.source
        resolved = experiment.resolve(source.name, source.train_images, source.test_images)
        self.factories.check(resolved.network, resolved.arguments)
        return resolved

    @cached_property
    def factories(self) -> Factories:
        """What is known of the factories of this command's networks."""
        return Factories()

    def answers(self, stored: Outcome) -> bool:
        """Whether a stored run stands: it did not fail and has every probe asked for."""
        measured = stored.provenance.get("probes", [])
        return not self.rerun and stored.status != "error" and set(self.probes) <= set(measured)

    def stored(self, experiments: Iterable[Experiment]) -> int:
        """How many of the experiments need not run; 0 too where there is no store yet."""
        try:
            with Store.open(self.options.store, create=False) as store:
                outcomes = [store.find(e.key, self.source.fingerprint) for e in experiments]
        except NoStoreError:
            return 0
        return sum(outcome is not None and self.answers(outcome) for outcome in outcomes)

    @property
    def measure(self) -> Measure:
        """What a worker is given to turn an experiment into an outcome."""
        options = self.options
        return Measure(
            self.source,
            options.device,
            self.probes,
            options.kernel_path,
            self.threads,
            options.threads is not None,
            Places.here(),
        )

    @cached_property
    def shares(self) -> Shares | None:
        """How workers share the machine or the cluster; None where all runs in this process."""
        options = self.options
        if options.executor == "ray":
            from resweep.executors.ray import cluster
            from resweep.executors.ray import shares as of_nodes

            nodes = cluster.connect(options.address)
            gpus = options.gpus_per_worker
            return of_nodes.divide(nodes, options.workers, options.device, gpus)
        if options.executor != "processes":
            return None
        return divide(options.workers, options.device, options.threads)

    @property
    def workers_save(self) -> bool:
        """Whether the cells of a sweep are claimed and saved by Slurm's workers, not from here.

        PostgreSQL takes many writers, a file on a network disk does not.
        """
        is_file = isinstance(address.parse(self.options.store), Path)
        return self.options.executor == "slurm" and not is_file

    @property
    def slots(self) -> int:
        """How many experiments run at once."""
        if self.options.executor == "slurm":
            return self.options.workers or 1
        return self.shares.workers if self.shares else 1

    @property
    def ahead(self) -> int:
        """How many experiments the executor is given at once, where they are known beforehand."""
        return self.slots * slurm.AHEAD if self.options.executor == "slurm" else self.slots

    @property
    def threads(self) -> int | None:
        """Threads that torch may use in each process; None leaves that to torch."""
        asked = self.options.threads
        return self.shares.threads if self.shares and not asked else asked
