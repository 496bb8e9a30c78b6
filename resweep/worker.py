"""What every worker runs: one experiment, with torch and the images loaded once a process."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from resweep import data
from resweep.experiment import Experiment
from resweep.outcome import Outcome, Progress

if TYPE_CHECKING:
    from resweep.measure import Laboratory

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

    def __call__(self, experiment: Experiment, on_progress: Callable[[Progress], None] = lambda _: None) -> Outcome:
        """An exception while measuring becomes an outcome of status `error`.

        Raises MissingError where there is no such device, or where the kernel path cannot take the experiment.
        """
        here = laboratory(self)
        here.check_kernel_path(experiment)
        return here.attempt(experiment, thinned(on_progress))


@cache
def laboratory(measure: Measure) -> "Laboratory":
    import torch

    from resweep import devices
    from resweep.measure import Laboratory

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
