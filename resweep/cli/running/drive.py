"""A command's loop over a plan: where experiments run, what is seen of them, how it ends early."""

import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from resweep.arms import label
from resweep.cli.output.messages import say
from resweep.cli.running.executors import executor
from resweep.cli.running.interrupt import Interrupt
from resweep.cli.running.progress import ProgressDisplay
from resweep.cli.running.work import Work
from resweep.experiment import Experiment
from resweep.lab import checkpoints
from resweep.numerals import counted
from resweep.outcome import Outcome, Progress
from resweep.plans import Plan
from resweep.plans.loop import Keeper, Listener, Loop
from resweep.store.address import without_password


def drive(
    work: Work,
    plan: Plan,
    store: Keeper,
    total: int | None,
    *,
    axes: Sequence[str] = (),
    answers: Callable[[Outcome], bool] | None = None,
    count: Callable[[], int] | None = None,
    ahead: bool = False,
) -> Iterator[tuple[Outcome, bool]]:
    """Run any plan to its end; yield (outcome, whether it was stored already) once it is safe.

    `total` is how many outcomes will come, None where nobody can know. `count()` says how many
    there are so far where other drivers work too. A run is named by the fields in `axes`. `answers`
    says which stored outcomes stand, by default those that the work takes. `ahead`: what runs next
    does not depend on outcomes, so that far workers may be given it before they need it.

    An interrupt leaves everything that is finished in the store, says how to go on, and passes on
    as KeyboardInterrupt or SystemExit(143).
    """
    with (
        ProgressDisplay(total, work.options.quiet, work.slots) as display,
        Interrupt(display.remark) as interrupt,
        executor(work) as where,
    ):
        far, fingerprint = work.ahead > work.slots, work.source.fingerprint
        watcher = Watcher(display, interrupt, axes, count, fingerprint, far)
        loop = Loop(
            plan,
            where,
            store,
            work.measure,
            work.source.fingerprint,
            slots=work.ahead if ahead else work.slots,
            answers=answers or work.answers,
            listener=watcher,
        )
        for outcome, stored in loop.run():
            watcher.kept(outcome, stored)
            yield outcome, stored
            if work.fail_fast and outcome.status == "error":
                interrupt.end()
        if interrupt.patience() <= 0:
            where.shutdown(wait=False)
        if interrupt.number is not None:
            say_how_to_go_on(watcher.so_far(), total)
            interrupt.leave()


@dataclass
class Watcher(Listener):
    """Shows on stderr what the loop reports, and hands it the user's wish to end."""

    display: ProgressDisplay
    interrupt: Interrupt
    axes: Sequence[str]
    count: Callable[[], int] | None
    fingerprint: str
    far: bool = False  # what is handed over waits for a worker: it begins with its first report
    finished: int = 0
    names: dict[str, str] = field(default_factory=dict)

    def begun(self, experiment: Experiment) -> None:
        if not self.far:
            self.show(experiment)

    def heard(self, experiment: Experiment, progress: Progress) -> None:
        if self.far and experiment.key not in self.display.running:
            self.show(experiment)
        self.display.step(experiment, self.name(experiment), progress)

    def show(self, experiment: Experiment) -> None:
        """Give the experiment a bar, below that of all: what an earlier call finished counts."""
        self.display.finished = self.so_far()
        self.display.begin(experiment, self.name(experiment))

    def cut(self, experiment: Experiment, progress: Progress) -> None:
        checkpoints.forget(experiment.key, self.fingerprint)
        self.display.cut(self.name(experiment), progress, self.so_far())

    def ended(self, experiment: Experiment) -> None:
        self.display.ended(experiment)

    def faulted(self, fault: Exception, running: int) -> None:
        if running:
            waiting = counted(running, "running experiment")
            self.display.remark(f"{fault}: waiting for {waiting}, then ending")

    def patience(self) -> float:
        return self.interrupt.patience()

    def kept(self, outcome: Outcome, stored: bool) -> None:
        """An outcome is safe in the store."""
        self.finished += 1
        self.display.finish(outcome, self.name(outcome.experiment), stored, self.so_far())

    def so_far(self) -> int:
        """How many outcomes there are by now, those of other drivers among them."""
        return self.count() if self.count else self.finished

    def name(self, experiment: Experiment) -> str:
        """`arm seed N`, with the fields that vary; looked up, since every report asks for it."""
        if experiment.key not in self.names:
            shown = [axis for axis in self.axes if axis != "seed"]
            arm = label(rounded(experiment), shown)
            self.names[experiment.key] = f"{arm} seed {experiment.seed}"
        return self.names[experiment.key]


def rounded(experiment: Experiment) -> Experiment:
    """The experiment with four digits a number, for a line of progress: samplers draw sixteen."""
    numbers = {k: float(f"{v:.4g}") for k, v in experiment if isinstance(v, float)}
    return experiment.model_copy(update=numbers)


def say_how_to_go_on(finished: int, total: int | None) -> None:
    """The last line of an interrupted command: what is saved, and the command that goes on."""
    saved = counted(finished, "run")
    if total is not None:
        saved = f"{finished} of {counted(total, 'run')}"
    words = [without_password(word) for word in without_rerun(sys.argv[1:])]
    command = shlex.join(["resweep", *words])
    say(f"stopped: {saved} saved; go on with: {command}")


def without_rerun(words: Sequence[str]) -> list[str]:
    """The words of a call without `--rerun failed|all`: what that queued again is queued still."""
    kept: list[str] = []
    before = ""
    for word in words:
        value = before == "--rerun" and word in ("failed", "all")
        if not value and word != "--rerun" and not word.startswith("--rerun="):
            kept.append(word)
        before = word
    return kept
