"""The flags by which `run`, `compare`, `sweep`, `study` and `boundary` say where and how they run."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from resweep.cli.options import (
    DEFAULT_STORE,
    DataOption,
    DeviceOption,
    ExecutorOption,
    KernelPathOption,
    QuietOption,
    StoreOption,
    WorkersOption,
)
from resweep.errors import UsageError

if TYPE_CHECKING:
    from resweep.cli.running.work import Work


@dataclass(frozen=True)
class RunOptions:
    """One field a flag: a new flag of all five commands is one line here and its type in `options`.

    None of them belongs to an Experiment: they are provenance of the runs that come of it.
    """

    data: DataOption = None
    store: StoreOption = DEFAULT_STORE
    device: DeviceOption = "auto"
    kernel_path: KernelPathOption = "auto"
    executor: ExecutorOption = "inline"
    workers: WorkersOption = None
    quiet: QuietOption = False

    def work(self, dataset: str, **how: Any) -> "Work":
        """The Work that these options and the named dataset make; `how` are further fields of it.

        Raises UsageError for workers without worker processes, and MissingError where the images
        of `dataset` are not there.
        """
        # Finding the images and opening stores costs 0.4 s, which `--help` does not pay.
        from resweep.cli.running.work import Work

        if self.workers and self.executor != "processes":
            raise UsageError(
                "--workers needs worker processes: add --executor processes, or drop --workers"
            )
        return Work.on(self, dataset, **how)
