"""The task that every worker runs, inline or in a process of its own.

This module imports no torch, so that a driver of worker processes starts without it; each process
loads torch and the images once, for its first experiment.
"""

import gc
import hashlib
import json
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from resweep import data
from resweep.executors import Stopped, spinning
from resweep.executors.cores import cores, threads_asked_for
from resweep.experiment import Experiment
from resweep.lab import memory
from resweep.outcome import Outcome, Progress
from resweep.printable import printable
from resweep.sources import Places

if TYPE_CHECKING:
    from resweep.lab.measure import Laboratory

SAMPLED = 4  # training steps that an estimate takes, after a first one that warms up
VALUES_A_THREAD = 1 << 17  # of a block's output: less than 0.2 ms of work is not worth a wake-up
FEWEST_IMAGES = 64  # of a run that only probes
REPORTS = 200  # reports of progress at most, evenly over a stage of an epoch


@dataclass(frozen=True)
class Measure:
    """A callable that measures experiments in whatever process it is called; it can be pickled.

    source         the dataset
    device         the word of `--device`
    probes         names of probes to take beyond the default ones
    kernel_path    which implementation of the convolution
    threads        how many threads torch may use; None leaves that to torch, within the quota of
                   the process's control group
    exactly        whether the user asked for these threads; else a small network takes fewer
    places         where the driver finds the sources of users, in whose folder the worker goes
    """

    source: data.Source
    device: str = "auto"
    probes: tuple[str, ...] = ()
    kernel_path: str = "auto"
    threads: int | None = None
    exactly: bool = False
    places: Places = field(default_factory=Places)

    def __call__(
        self, experiment: Experiment, on_progress: Callable[[Progress], None] = lambda _: None
    ) -> Outcome:
        """Measure a resolved experiment, see `resweep.lab.measure.Laboratory.attempt`.

        Raises MissingError where the device does not exist or the kernel path cannot compute the
        experiment, and UsageError where the environment names a native library that is not there.
        """
        here = laboratory(self)
        here.check_kernel_path(experiment)
        take_threads(self, experiment)
        return here.attempt(experiment, thinned(on_progress))

    def load(self) -> None:
        """Load torch and the images into this process; else the first experiment does it."""
        laboratory(self)

    def task_name(self, experiment: Experiment) -> str:
        """Which measurement this is: the same for the same experiment, data, probes and device."""
        how = [self.source.fingerprint, self.device, sorted(self.probes), self.kernel_path]
        digest = hashlib.sha256(json.dumps([experiment.key, *how, self.threads]).encode())
        return f"{experiment.key[:16]}-{digest.hexdigest()[:16]}"


def take_threads(measure: Measure, experiment: Experiment) -> None:
    """Let torch use as many threads as this experiment keeps busy, at most those of `measure`.

    What the user asked for, by --threads or OMP_NUM_THREADS, is taken as it is. The number follows
    from the experiment and the machine alone, so that a repeated run takes the same one.
    """
    import torch

    most = threads_at_most(measure)
    if not measure.exactly and threads_asked_for() is None:
        _, height, width = measure.source.shape
        images = experiment.batch_size if experiment.epochs else FEWEST_IMAGES
        values = images * experiment.channels * height * width
        most = max(1, min(most, values // VALUES_A_THREAD))
    if most != torch.get_num_threads():
        torch.set_num_threads(most)


@cache
def threads_at_most(measure: Measure) -> int:
    """The threads that torch had when the laboratory was set up."""
    import torch

    laboratory(measure)
    return torch.get_num_threads()


@cache
def laboratory(measure: Measure) -> "Laboratory":
    """What the experiments of `measure` share in this process: torch set up, the images loaded."""
    spinning.bound()
    measure.places.enter()
    import torch

    from resweep.lab import devices
    from resweep.lab.measure import Laboratory
    from resweep.nets.kernels import library

    devices.pick(measure.device)
    library.load()  # a bad word in the environment is a fault of none of the experiments
    threads = measure.threads
    if threads is None and threads_asked_for() is None:
        threads = min(cores(), torch.get_num_threads())  # torch knows nothing of quotas
    if threads is not None:
        torch.set_num_threads(threads)
    images = data.load(measure.source, warn)
    if not gc.get_freeze_count():
        # What was imported lives as long as the process. Looking through it for garbage, once in 20
        # small runs, took a thirtieth of their time.
        gc.freeze()
    how = measure.device, measure.probes, measure.kernel_path
    return Laboratory(measure.source, images, *how, warn)


def warn(line: str) -> None:
    """Print a warning; what closed the standard error output is no fault of the experiment."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(f"warning: {printable(line)}", file=sys.stderr)


def thinned(on_progress: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """`on_progress` called at most `REPORTS` times a stage, so that reports cost little.

    Which steps are reported depends only on how many images are done, the last one always is; so a
    judgement at a report falls on the same step in every run of an experiment.
    """
    last = ("", 0, 0)

    def report(progress: Progress) -> None:
        nonlocal last
        mark = (progress.stage, progress.epoch, REPORTS * progress.done // max(progress.total, 1))
        if mark != last:
            last = mark
            on_progress(progress)

    return report


@dataclass(frozen=True)
class Sample:
    """What a run is estimated to take.

    seconds    for all of it
    memory     peak memory of the process, or of its GPU, in bytes
    steps      how many training steps the estimate was taken from; 0 if the run does not train
    """

    seconds: float
    memory: int
    steps: int


def sample(
    measure: Measure, experiment: Experiment, on_progress: Callable[[Progress], None] | None = None
) -> Sample:
    """Estimate a run by beginning it and stopping after `SAMPLED` training steps past the first.

    The remaining steps are assumed to cost the same, and a test image a third of a training image.
    A network that explodes earlier is extrapolated too, since another of the same shape may not
    explode. A run without training is measured whole.
    """
    here = laboratory(measure)
    take_threads(measure, experiment)
    began = time.perf_counter()
    at: list[tuple[float, Progress]] = []

    def watch(progress: Progress) -> None:
        at.append((time.perf_counter() - began, progress))
        if len(at) > SAMPLED or progress.stage != "train":
            raise Stopped

    with suppress(Stopped):
        here.attempt(experiment, watch)
    seconds = time.perf_counter() - began
    if any(progress.stage == "train" for _, progress in at):
        source, tests = measure.source, experiment.test_size
        if not isinstance(tests, int):
            tests = experiment.held_out(source.train_images) or source.test_images
        seconds = extrapolate(at, experiment, tests)
    return Sample(seconds, memory.peak_of_process(), max(len(at) - 1, 0))


def extrapolate(
    at: Sequence[tuple[float, Progress]], experiment: Experiment, test_images: int
) -> float:
    """Seconds of the whole run, from reports of its progress and the seconds at which they came."""
    trained = [(seconds, progress.done) for seconds, progress in at if progress.stage == "train"]
    (first, done), (last, later) = trained[0], trained[-1]
    an_image = (last - first) / (later - done) if later > done else first / done
    train_images = int(experiment.train_size) * experiment.epochs - done
    return first + an_image * (train_images + experiment.epochs * test_images / 3)
