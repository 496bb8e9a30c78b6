"""How far a run is, on stderr: a live bar on a terminal, one line a finished run in a pipe, nothing when quiet."""

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from resweep.experiment import Experiment
from resweep.outcome import Outcome

if TYPE_CHECKING:
    from resweep.outcome import Progress as Step

DRAWS_PER_SECOND = 10


class ProgressDisplay:
    """`total` runs; `step` for images within one, `finish` for a whole one, `say` for a passing remark."""

    def __init__(self, total: int | None, quiet: bool) -> None:
        self.total, self.finished = total, 0
        self.live = sys.stderr.isatty() and not quiet
        self.quiet = quiet
        self.drawn = 0.0
        self.began: dict[str, float] = {}
        self.begun = False

    def __enter__(self) -> Self:
        if self.live:
            from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

            from resweep.report.console import messages

            self.bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(bar_width=30),
                TextColumn("{task.completed:,.0f}/{task.total:,.0f} images  {task.fields[figures]}"),
                TimeRemainingColumn(),
                console=messages(),
                transient=True,
                refresh_per_second=DRAWS_PER_SECOND,
            )
            self.bar.start()
            self.task = self.bar.add_task("starting", total=None, figures="", visible=False)
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        if self.live:
            self.bar.stop()

    def begin(self, experiment: Experiment) -> None:
        """Importing torch takes seconds: say so at once, and only when something must be measured."""
        if not self.begun:
            self.say("loading torch and the images ...")
        self.begun = True

    def say(self, text: str) -> None:
        if not self.quiet:
            print(text, file=sys.stderr, flush=True)

    def step(self, experiment: Experiment, step: "Step") -> None:
        now = time.monotonic()
        stage = f"{self.finished} {step.stage} {step.epoch}"
        began = self.began.setdefault(stage, now)
        if not self.live or (now - self.drawn < 1 / DRAWS_PER_SECOND and step.done < step.total):
            return
        fresh = stage != getattr(self, "stage", None)
        if fresh:
            self.stage, self.first = stage, step.done
            self.bar.reset(self.task, total=step.total, visible=True)
        rate = (step.done - self.first) / (now - began) if now > began else 0.0
        of = f"run {self.finished + 1}/{self.total}  " if self.total != 1 else ""
        figures = f"{rate:,.0f}/s  loss {step.loss:.4g}" if rate else f"loss {step.loss:.4g}"
        self.bar.update(
            self.task, completed=step.done, description=f"{of}{step.stage} epoch {step.epoch}", figures=figures
        )
        self.drawn = now

    def finish(self, outcome: Outcome, name: str, stored: bool) -> None:
        self.finished += 1
        if self.live and self.total == 1:
            return
        accuracy = outcome.metrics.get("first_epoch_accuracy")
        figure = f"  accuracy {accuracy:.3f}" if accuracy is not None else ""
        how = "stored" if stored else f"{outcome.metrics.get('seconds', 0):.1f} s"
        seed = outcome.experiment.seed
        self.say(f"[{self.finished}/{self.total}] {name} seed {seed}: {outcome.status}{figure}  ({how})")
