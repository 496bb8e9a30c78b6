"""What every worker runs: one experiment, with torch and the images loaded once a process."""

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from resweep import data
from resweep.executors import Stopped
from resweep.experiment import Experiment
from resweep.outcome import Outcome, Progress

if TYPE_CHECKING:
    from resweep.lab.measure import Laboratory

SAMPLED = 4  # steps
REPORTS = 200  # at most, evenly over a stage of an epoch


@dataclass(frozen=True)
class Measure:
    """Experiment -> Outcome on these images and this device, in whatever process it is called.

    `threads` is how many torch may use there; None leaves that to torch.
    """

    source: data.Source
    device: str = "auto"
    probes: tuple[str, ...] = ()
    kernel_path: str = "auto"
    threads: int | None = None

    def __call__(
        self, experiment: Experiment, on_progress: Callable[[Progress], None] = lambda _: None
    ) -> Outcome:
        """An exception while measuring becomes an outcome of status `error`.

        Raises MissingError where there is no such device, or where the kernel path cannot take the experiment.
        """
        here = laboratory(self)
        here.check_kernel_path(experiment)
        return here.attempt(experiment, thinned(on_progress))


@cache
def laboratory(measure: Measure) -> "Laboratory":
    import torch

    from resweep.lab import devices
    from resweep.lab.measure import Laboratory

    devices.pick(measure.device)
    if measure.threads is not None:
        torch.set_num_threads(measure.threads)
    images = data.load(measure.source, lambda line: print(f"warning: {line}", file=sys.stderr))
    return Laboratory(measure.source, images, measure.device, measure.probes, measure.kernel_path)


def thinned(on_progress: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """`on_progress` at most `REPORTS` times a stage, at the same images in every run, the last always among them."""
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
    """What a run is estimated to take: seconds in all, bytes at the peak; from so many steps."""

    seconds: float
    memory: int
    steps: int


def sample(
    measure: Measure, experiment: Experiment, on_progress: Callable[[Progress], None] | None = None
) -> Sample:
    """Begin a run as it would begin, and stop it after `SAMPLED` steps past the first.

    The remaining steps are taken to cost the same, and a test image a third of a training image; of a network that
    explodes sooner too, since another of the same shape may not. A run without training is its own estimate.
    """
    here = laboratory(measure)
    began = time.perf_counter()
    at: list[tuple[float, Progress]] = []

    def watch(progress: Progress) -> None:
        at.append((time.perf_counter() - began, progress))
        if len(at) > SAMPLED or progress.stage != "train":
            raise Stopped

    with suppress(Stopped):
        here.attempt(experiment, watch)
    whole = time.perf_counter() - began
    trained = any(progress.stage == "train" for _, progress in at)
    seconds = extrapolate(at, experiment, measure.source.test_images) if trained else whole
    return Sample(seconds, peak_memory(), max(len(at) - 1, 0))


def extrapolate(at: list[tuple[float, Progress]], e: Experiment, test_images: int) -> float:
    """Seconds in all, of a run that stood so at these times."""
    trained = [(seconds, p.done) for seconds, p in at if p.stage == "train"]
    (first, done), (last, later) = trained[0], trained[-1]
    an_image = (last - first) / (later - done) if later > done else first / done
    return first + an_image * ((int(e.train_size) * e.epochs - done) + e.epochs * test_images / 3)


def peak_memory() -> int:
    """Bytes at this process's peak: of the GPU where one is in use, else of the machine."""
    import torch

    if torch.cuda.is_available() and torch.cuda.max_memory_allocated():
        return torch.cuda.max_memory_allocated()
    import resource

    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale
