"""From the options of a command to its Work."""

from typing import TYPE_CHECKING, Any

from resweep.cli.running import executors
from resweep.cli.running.run_options import RunOptions
from resweep.executors import cores
from resweep.experiment import Experiment
from resweep.lab import device_words

if TYPE_CHECKING:
    from resweep.cli.running.work import Work


LOCAL = ("inline", "processes")  # executors that compute on this very machine


def begin(options: RunOptions, dataset: str, *, adaptive: bool = False, **how: Any) -> "Work":
    """The Work that the options and the named dataset make; `how` are further fields of it.

    `adaptive` is a command that decides by its results what to run next.

    Raises UsageError for flags that the executor does not read, for more threads or workers than
    this machine can carry and for a word that names no device or no dataset, and MissingError where
    the images of `dataset` are not there. Finding images and opening stores costs 0.4 s of imports,
    which are made here, so that `--help` does not pay them.
    """
    from resweep.cli.running.work import Work

    device_words.check(options.device)
    Experiment.parse(dataset=dataset)
    executors.check(options, adaptive=adaptive)
    if options.executor in LOCAL:
        cores.check("threads", options.threads or 1)
        cores.check("workers", options.workers or 1)
    if options.executor in LOCAL and options.device not in ("auto", "cpu"):
        from resweep.lab import devices

        devices.pick(options.device)
    return Work.on(options, dataset, **how)
