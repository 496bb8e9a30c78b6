"""Study: Optuna proposes the experiments of a search and learns from their outcomes.

Optuna keeps the trials in tables of its own, one trial an experiment, so that `optuna-dashboard`
shows them while they come. The measurements themselves are ordinary runs of the store, found again
by their key.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import optuna
from optuna.exceptions import UpdateFinishedTrialError
from optuna.trial import FrozenTrial, TrialState

from resweep import identity
from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.numerals import counted
from resweep.outcome import Outcome, Progress, json_safe
from resweep.plans import WAIT, Asked, Plan
from resweep.plans.metrics import reading
from resweep.plans.search import Search, value_of
from resweep.plans.study_draw import draw, reserve
from resweep.plans.study_holders import DRIVER, KEY, counts, driver_ended, held_by_another
from resweep.plans.study_name import named
from resweep.plans.study_reports import Reports, hopeless
from resweep.plans.study_samplers import sampler
from resweep.plans.study_storage import claim

TRIES = 3  # how often one experiment may take its worker down

T = TypeVar("T")
# Calls the work on the database that it is given, and may repeat it while the database is away.
Steadily = Callable[[Callable[[], T]], T]

optuna.logging.set_verbosity(optuna.logging.ERROR)


def at_once(work: Callable[[], T]) -> T:
    """Return what `work` returns; every fault of the database ends it."""
    return work()


class Study(Plan):
    """Asks Optuna for experiments until the study has `search.trials` trials in total.

    Trials of all drivers and of all earlier calls count. A trial that a dead driver left running is
    asked for again under its own number, before any new one; if its experiment is in the store, the
    loop answers from there. A trial whose run has the status `error` is a failed one, every other
    status is a value (see `resweep.plans.objective`). Pruners see the running training loss at each
    tenth of an epoch, negated where the objective is maximized.

    `fixed` are the fields that are not searched, `resolve` makes an experiment ready to run,
    `store` is Optuna's storage, and `data` is the fingerprint of the images. `take_over` also
    resumes trials of drivers that cannot be seen from here. `steadily` is given each piece of work
    on the database; it may be repeated.

    Raises UsageError if the name belongs to a study of another definition, or if there is a pruner
    but no training.
    """

    def __init__(
        self,
        name: str,
        search: Search,
        fixed: Mapping[str, Any],
        resolve: Callable[[Experiment], Experiment],
        store: optuna.storages.BaseStorage,
        *,
        data: str = "",
        take_over: bool = False,
        steadily: Steadily[Any] = at_once,
    ) -> None:
        self.search, self.fixed, self.resolve = search, dict(fixed), resolve
        self.store, self._steadily = store, steadily
        corners = [resolve(e) for e in search.corners(fixed)]
        if search.pruner != "none" and not all(e.epochs for e in corners):
            raise UsageError(
                f"pruner {search.pruner} watches training and there is none: "
                "set epochs, or pruner none"
            )
        sampler(search, 0)  # raises MissingError before anything is stored
        self.me = identity.me()
        self.running: dict[str, list[optuna.Trial]] = defaultdict(list)
        self.reports = Reports()
        self.deaths: dict[str, int] = defaultdict(int)
        self.again: list[FrozenTrial] = []
        shared = corners[0].model_dump(exclude_defaults=True, exclude=set(search.ranges))
        definition = {**search.definition(), "fixed": shared, "data": data}
        epochs = max(e.epochs for e in corners)

        def opened() -> None:
            self.study = named(name, definition, search, epochs, store)
            self.again = self._left_running(take_over=take_over)

        self._steadily(opened)

    def _trials(self) -> list[FrozenTrial]:
        return self.study.get_trials(deepcopy=False)

    def _left_running(self, *, take_over: bool = False) -> list[FrozenTrial]:
        """Return the running trials that nobody works on; `take_over`: or may work on."""
        held = {trial.number for trials in self.running.values() for trial in trials}
        left = []
        for trial in self._trials():
            if trial.state == TrialState.RUNNING and trial.number not in held:
                ended = driver_ended(trial, self.me)
                if ended or (ended is None and take_over):
                    left.append(trial)
        return left

    def _others_work(self) -> bool:
        """Whether a driver that is seen to live, other than this one, holds a trial."""
        return any(held_by_another(trial, self.me) for trial in self._trials())

    @property
    def left(self) -> int:
        """How many trials are still to be asked for until the total is reached."""
        existing = sum(map(counts, self._steadily(self._trials)))
        return max(0, self.search.trials - existing) + len(self.again)

    @property
    def finished(self) -> int:
        """How many trials have ended, over all drivers and earlier calls."""
        return sum(counts(t) and t.state.is_finished() for t in self._steadily(self._trials))

    @property
    def elsewhere(self) -> int:
        """How many trials other drivers hold."""
        mine = {trial.number for trial in self.again}
        for trials in self.running.values():
            mine.update(trial.number for trial in trials)
        trials = self._steadily(self._trials)
        return sum(t.state == TrialState.RUNNING and t.number not in mine for t in trials)

    def ask(self) -> Asked:
        """Return the experiment of a trial that was left running, or else of a new trial.

        Where neither is left, WAIT says that another driver of this machine still works on a trial:
        if it dies, the trial comes here.
        """
        while True:
            begun: tuple[int, Experiment] | None = self._steadily(self._next)
            if begun is None:
                return WAIT if self._steadily(self._others_work) else None
            trial_id, experiment = begun
            trial = self._steadily(partial(self._drawn_as, trial_id, experiment.key))
            self.running[experiment.key].append(trial)
            if len(self.running[experiment.key]) == 1:
                return experiment
            # Drawn again while it runs: one outcome will answer both trials.

    def _next(self) -> tuple[int, Experiment] | None:
        """Return the id and the experiment of a trial left running, or else of a new one."""
        self.again = self.again or self._left_running()
        while self.again:
            left = self.again[0]
            if claim(self.store, left, DRIVER, self.me):
                with suppress(UpdateFinishedTrialError):
                    experiment = self._begun(left._trial_id, left.params)
                    self.again.pop(0)
                    return left._trial_id, experiment
            self.again.pop(0)  # another driver has it
        while sum(map(counts, self._trials())) < self.search.trials:
            trial_id = reserve(self.study, {DRIVER: self.me})
            number = self.store.get_trial(trial_id).number
            with suppress(UpdateFinishedTrialError):  # a driver that took it over was faster
                if sum(map(counts, self._trials()[: number + 1])) <= self.search.trials:
                    return trial_id, self._begun(trial_id, {})
                self.store.set_trial_state_values(trial_id, TrialState.FAIL)  # one too many
        return None

    def _begun(self, trial_id: int, params: Mapping[str, Any]) -> Experiment:
        """Return the experiment of a trial; what it lacks of its parameters is drawn now."""
        with suppress(KeyError):  # nothing is drawn yet, or the draw was cut off
            return self._experiment(params)
        return self._experiment(draw(self.study, self.search, self.fixed, trial_id))

    def _drawn_as(self, trial_id: int, key: str) -> optuna.Trial:
        """Return a trial after writing down the key of its experiment."""
        trial = optuna.Trial(self.study, trial_id)
        with suppress(UpdateFinishedTrialError):
            trial.set_user_attr(KEY, key)
        return trial

    def _experiment(self, params: Mapping[str, Any]) -> Experiment:
        return self.resolve(self.search.experiment(self.fixed, value_of(params)))

    def tell(self, outcome: Outcome) -> None:
        """End every trial that waits for this experiment: failed for an `error`, else complete."""
        self._end(outcome.experiment, lambda trial: self._complete(trial, outcome))

    def _complete(self, trial: optuna.Trial, outcome: Outcome) -> None:
        goal = self.search.goal
        trial.set_user_attr("status", outcome.status)
        trial.set_user_attr("measured", json_safe(reading(outcome, goal.metric)))
        if outcome.status == "error":
            trial.set_user_attr("detail", outcome.detail)
            self.study.tell(trial, state=TrialState.FAIL, skip_if_finished=True)
            return
        for constraint in self.search.constraints:
            trial.set_constraint(str(constraint), constraint.violation(outcome))
        self.study.tell(trial, goal.value(outcome), skip_if_finished=True)

    def judge(self, experiment: Experiment, progress: Progress) -> bool:
        """Report the mean loss since the last tenth of an epoch; return whether to prune."""
        if self.search.pruner == "none" or progress.stage != "train":
            return False
        reached = self.reports.add(experiment.key, progress)
        if reached is None:
            return False
        mark, value = reached
        if self.search.goal.maximize:
            value = -value
        trial = self.running[experiment.key][0]
        return bool(self._steadily(lambda: hopeless(trial, value, mark)))

    def stopped(self, experiment: Experiment, progress: Progress) -> None:
        """End the trials of the experiment as pruned."""
        place = f"{progress.done} of {counted(progress.total, 'image')}, epoch {progress.epoch}"
        self._end(experiment, lambda trial: self._prune(trial, place))

    def _prune(self, trial: optuna.Trial, place: str) -> None:
        trial.set_user_attr("status", "pruned")
        trial.set_user_attr("detail", f"stopped at {place}")
        self.study.tell(trial, state=TrialState.PRUNED, skip_if_finished=True)

    def withdraw(self, experiment: Experiment) -> None:
        """Leave its trials running under the name of this driver.

        The next driver sees that this one has ended, and goes on with them.
        """
        self._forget(experiment)

    def lost(self, experiment: Experiment, reason: str) -> bool:
        """Ask for its trials again, unless the experiment has taken down `TRIES` workers."""
        self.deaths[experiment.key] += 1
        if self.deaths[experiment.key] >= TRIES:
            return False
        mine = {trial.number for trial in self._forget(experiment)}
        self.again += [t for t in self._steadily(self._trials) if t.number in mine]
        return True

    def _end(self, experiment: Experiment, end: Callable[[optuna.Trial], None]) -> None:
        """End all trials of an experiment; one that was ended elsewhere meanwhile stays so."""

        def work() -> None:
            for trial in self.running.get(experiment.key, ()):
                with suppress(UpdateFinishedTrialError):
                    end(trial)

        self._steadily(work)
        self._forget(experiment)

    def _forget(self, experiment: Experiment) -> list[optuna.Trial]:
        """Return the trials of an experiment that runs no more, and forget them and its reports."""
        self.reports.forget(experiment.key)
        return self.running.pop(experiment.key, [])
