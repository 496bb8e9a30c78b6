"""A command's loop over a plan: where its experiments run, what is seen of them, and how it ends early."""

import shlex
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from resweep.arms import label
from resweep.cli.running.interrupt import Interrupt, write
from resweep.cli.running.progress import ProgressDisplay
from resweep.executors import Executor
from resweep.executors.inline import Inline
from resweep.executors.processes import Processes
from resweep.experiment import Experiment
from resweep.lab.worker import Measure
from resweep.outcome import Outcome
from resweep.plans import Plan
from resweep.plans.loop import Loop
from resweep.store import Store

if TYPE_CHECKING:
    from resweep.cli.running.work import Work


def drive(
    work: "Work",
    plan: Plan,
    store: Store,
    total: int | None,
    *,
    axes: tuple[str, ...] = (),
    answers: Callable[[Outcome], bool] | None = None,
    count: Callable[[], int] | None = None,
) -> Iterator[tuple[Outcome, bool]]:
    """Run any plan to its end; yields (outcome, whether it was stored already), each once it is safe.

    `total` is how many outcomes will come, None where nobody can know; `count()` how many there are so far, where
    other drivers work too; `axes` the fields by which a run is named; `answers` which stored outcomes stand (default:
    as the work says).

    An interrupt leaves everything finished in the store, says how to go on, and passes on as KeyboardInterrupt or
    SystemExit(143).
    """
    finished = 0
    names: dict[str, str] = {}

    def so_far() -> int:
        return count() if count else finished

    def name(experiment: Experiment) -> str:
        if experiment.key not in names:
            shown = [axis for axis in axes if axis != "seed"]
            names[experiment.key] = f"{label(rounded(experiment), shown)} seed {experiment.seed}"
        return names[experiment.key]

    with (
        ProgressDisplay(total, work.quiet, work.slots) as display,
        Interrupt(display.note if display.live else write) as interrupt,
        executor(work) as where,
    ):
        loop = Loop(
            plan,
            where,
            store,
            Measure(work.source, work.device, work.probes, work.kernel_path, work.threads),
            work.source.fingerprint,
            slots=work.slots,
            answers=answers or work.answers,
            begin=lambda experiment: display.begin(experiment, name(experiment)),
            watch=lambda experiment, progress: display.step(experiment, name(experiment), progress),
            ended=display.ended,
            cut=lambda experiment, progress: display.cut(name(experiment), progress, so_far()),
            patience=interrupt.patience,
        )
        for outcome, stored in loop.run():
            finished += 1
            display.finish(outcome, name(outcome.experiment), stored, so_far())
            yield outcome, stored
            if work.fail_fast and outcome.status == "error":
                interrupt.end()
        if interrupt.patience() <= 0:
            where.shutdown(wait=False)
        if interrupt.number is not None:
            say_how_to_go_on(so_far(), total)
            interrupt.leave()


def rounded(experiment: Experiment) -> Experiment:
    """For a line of progress: a sampler draws numbers of sixteen digits."""
    numbers = {k: float(f"{v:.4g}") for k, v in experiment if isinstance(v, float)}
    return experiment.model_copy(update=numbers)


def executor(work: "Work") -> Executor:
    return Processes(work.shares.workers, work.shares) if work.shares else Inline()


def say_how_to_go_on(finished: int, total: int | None) -> None:
    of = f" of {total}" if total is not None else ""
    command = shlex.join(["resweep", *without_rerun(sys.argv[1:])])
    print(f"stopped: {finished}{of} runs are saved; go on with: {command}", file=sys.stderr)


def without_rerun(words: list[str]) -> list[str]:
    """The words of a call without `--rerun failed|all`: what it queued again is queued still."""
    kept = [
        w
        for i, w in enumerate(words)
        if not (i and words[i - 1] == "--rerun" and w in ("failed", "all"))
    ]
    return [w for w in kept if w != "--rerun" and not w.startswith("--rerun=")]
