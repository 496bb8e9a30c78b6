"""How far the work is, on stderr.

A terminal gets live bars, a pipe one line for each finished run, and `--quiet` nothing.
"""

import sys
import time
from dataclasses import dataclass, field
from operator import itemgetter
from types import TracebackType
from typing import TYPE_CHECKING, Self

from resweep.cli.output.messages import say
from resweep.experiment import Experiment
from resweep.numerals import counted
from resweep.outcome import Outcome, Progress

if TYPE_CHECKING:
    from rich.progress import TaskID

DRAWS_PER_SECOND = 10


@dataclass
class RunningBar:
    """The bar of a running experiment: its task on screen, and where its present stage began."""

    task: "TaskID"
    stage: tuple[str, int] = ("", 0)
    began: float = 0.0
    first: int = 0
    drawn: float = field(default_factory=time.monotonic)


class ProgressDisplay:
    """The state of all runs, drawn as it changes.

    `begin`, `step` and `ended` are called for each running experiment, `finish` for each outcome,
    and `remark` for a passing line. `total` runs are expected, None where nobody knows; `slots` run
    at once, which the time left depends on.
    """

    def __init__(self, total: int | None, quiet: bool, slots: int = 1) -> None:
        self.total, self.quiet, self.slots = total, quiet, slots
        self.live = sys.stderr.isatty() and not quiet
        self.finished = 0
        self.begun = False
        self.seconds: list[float] = []
        self.best: tuple[float, str] | None = None
        self.running: dict[str, RunningBar] = {}

    def __enter__(self) -> Self:
        if self.live:
            from resweep.cli.running.bars import Bars

            self.bars = Bars()
            self.bars.start()
            if self.total != 1:
                self.overall = self.bars.add_task("", total=self.total, figures="")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if self.live:
            self.bars.stop()

    def remark(self, text: str) -> None:
        """A line for the user even when quiet: below the bars where there are some."""
        if self.live:
            self.bars.note = text
        else:
            say(text)

    def say(self, text: str) -> None:
        """A line for the user unless quiet."""
        if not self.quiet:
            say(text)

    def begin(self, experiment: Experiment, name: str) -> None:
        """Give the experiment a bar; say once that loading torch, which takes seconds, begins."""
        if not self.begun:
            self.say("loading torch and the images ...")
        self.begun = True
        if self.live:
            self.running[experiment.key] = RunningBar(
                self.bars.add_task(name, total=None, figures="starting")
            )
            self.draw_overall()

    def step(self, experiment: Experiment, name: str, progress: Progress) -> None:
        """Draw a report of a running experiment, ten times a second at the most."""
        bar, now = self.running.get(experiment.key), time.monotonic()
        if bar is None:
            return
        if bar.stage != progress[:2]:
            bar.stage, bar.began, bar.first, bar.drawn = progress[:2], now, progress.done, 0.0
        if now - bar.drawn < 1 / DRAWS_PER_SECOND and progress.done < progress.total:
            return
        bar.drawn = now
        rate = (progress.done - bar.first) / (now - bar.began) if now > bar.began else 0.0
        words = figures(progress, rate, narrow=self.bars.narrow)
        self.bars.update(bar.task, completed=progress.done, total=progress.total, figures=words)

    def ended(self, experiment: Experiment) -> None:
        """Take the bar of an experiment that runs no more off the screen."""
        bar = self.running.pop(experiment.key, None)
        if bar is not None:
            self.bars.remove_task(bar.task)

    def finish(self, outcome: Outcome, name: str, stored: bool, finished: int) -> None:
        """An outcome is safe; `finished` are by now, here and elsewhere."""
        self.finished = finished
        accuracy = outcome.metrics.get("first_epoch_accuracy")
        if accuracy is not None and outcome.succeeded is not False and outcome.status != "error":
            self.best = max(self.best or (accuracy, name), (accuracy, name), key=itemgetter(0))
        if not stored:
            self.seconds.append(outcome.metrics.get("seconds", 0.0))
        if not (self.live and self.total == 1):
            figure = f"  accuracy {accuracy:.3f}" if accuracy is not None else ""
            how = "stored" if stored else f"{outcome.metrics.get('seconds', 0):.1f} s"
            self.say(f"[{finished}{self.of}] {name}: {outcome.status}{figure}  ({how})")
        self.draw_overall()

    def cut(self, name: str, progress: Progress, finished: int) -> None:
        """A run was judged hopeless at this report and is over; `finished` are by now."""
        self.finished = finished
        at = f"{progress.done:,} of {counted(progress.total, 'image')}, epoch {progress.epoch}"
        self.say(f"[{finished}{self.of}] {name}: pruned at {at}")
        self.draw_overall()

    @property
    def of(self) -> str:
        return f"/{self.total}" if self.total is not None else ""

    def draw_overall(self) -> None:
        if not self.live or self.total == 1:
            return
        if self.best:
            self.bars.best = f"best so far: accuracy {self.best[0]:.3f}, {self.best[1]}"
        done = counted(self.finished, "run")
        if self.total is not None:
            done = f"{self.finished}{self.of} runs"
        self.bars.update(
            self.overall, completed=self.finished, description=done, figures=self.remaining()
        )

    def remaining(self) -> str:
        """The time left, from the mean of the runs measured here."""
        if not self.seconds or self.total is None or self.finished >= self.total:
            return ""
        mean = sum(self.seconds) / len(self.seconds)
        return f"{clock(mean * (self.total - self.finished) / self.slots)} left"


def figures(progress: Progress, rate: float, *, narrow: bool) -> str:
    """What stands behind the bar of a run: how far it is, its speed, the time left, its loss.

    `rate` is in images a second, 0 where it is not known yet.
    """
    done = f"{progress.done:,}/{progress.total:,}"
    left = clock((progress.total - progress.done) / rate) if rate else ""
    loss = f"loss {progress.loss:.4g}"
    if narrow:
        return "  ".join(filter(None, (done, left, loss)))
    speed = f"{rate:,.0f}/s" if rate else ""
    return "  ".join(
        filter(None, (f"{progress.stage} epoch {progress.epoch}", done, speed, left, loss))
    )


def clock(seconds: float) -> str:
    """`0:07`, `12:30`, `3:05:00`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
