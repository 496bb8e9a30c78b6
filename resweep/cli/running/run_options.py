"""The flags by which the commands that run experiments say where and how."""

from dataclasses import dataclass

from resweep.cli.options import (
    DEFAULT_STORE,
    AddressOption,
    DataOption,
    DetachOption,
    DeviceOption,
    ExecutorOption,
    GpusOption,
    KernelPathOption,
    PartitionOption,
    QuietOption,
    SlurmOption,
    StoreOption,
    ThreadsOption,
    TimeOption,
    WorkersOption,
)


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
    address: AddressOption = None
    gpus_per_worker: GpusOption = None
    threads: ThreadsOption = None
    time: TimeOption = None
    partition: PartitionOption = None
    slurm: SlurmOption = None
    detach: DetachOption = False
    quiet: QuietOption = False
