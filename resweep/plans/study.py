"""Study: Optuna proposes the experiments of a search and learns from their outcomes.

Optuna keeps the trials in tables of its own, one trial an experiment, so that `optuna-dashboard`
shows them while they come. The measurements themselves are ordinary runs of the store, found again
by their key.
"""

import math
import warnings
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState

from resweep import identity
from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.outcome import Outcome, Progress, json_safe
from resweep.plans import Plan
from resweep.plans.metrics import reading
from resweep.plans.objective import limit
from resweep.plans.search import Choices, Range, Search, value_of
from resweep.plans.study_samplers import MARKS, pruner, sampler

# Names of Optuna's user attributes: of a study, what defines it; of a trial, which process runs it.
DEFINITION, DRIVER = "resweep", "driver"
# A driver signs a trial some milliseconds after Optuna has made it.
UNSIGNED = timedelta(seconds=1)
TRIES = 3  # how often one experiment may take its worker down

optuna.logging.set_verbosity(optuna.logging.ERROR)


class Study(Plan):
    """Asks Optuna for experiments until the study has `search.trials` trials in total.

    Trials of all drivers and of all earlier calls count. A trial that a dead driver left running is
    asked for again under its own number, before any new one; if its experiment is in the store, the
    loop answers from there. A trial whose run has the status `error` is a failed one, every other
    status is a value (see `resweep.plans.objective`). Pruners see the running training loss at each
    tenth of an epoch, negated where the objective is maximized.

    `fixed` are the fields that are not searched, `resolve` makes an experiment ready to run,
    `store` is Optuna's storage, and `data` is the fingerprint of the images. `take_over` also
    resumes trials of drivers that cannot be seen from here.

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
    ) -> None:
        self.search, self.fixed, self.resolve = search, dict(fixed), resolve
        corners = [resolve(e) for e in search.corners(fixed)]
        if search.pruner != "none" and not all(e.epochs for e in corners):
            raise UsageError(
                f"pruner {search.pruner} watches training and there is none: "
                "set epochs, or pruner none"
            )
        sampler(search, 0)  # raises MissingError before anything is stored
        self.study = optuna.create_study(
            study_name=name,
            storage=store,
            direction="maximize" if search.goal.maximize else "minimize",
            pruner=pruner(search, max(e.epochs for e in corners)),
            load_if_exists=True,
        )
        shared = corners[0].model_dump(exclude_defaults=True, exclude=set(search.ranges))
        self._claim_name({**search.definition(), "fixed": shared, "data": data})
        self.me = identity.me()
        self.running: dict[str, list[optuna.Trial]] = defaultdict(list)
        self.losses: dict[str, list[float]] = defaultdict(list)
        self.reported: dict[str, set[int]] = defaultdict(set)
        self.deaths: dict[str, int] = defaultdict(int)
        self.again = [
            t
            for t in self._trials()
            if t.state == TrialState.RUNNING and (take_over or self._orphan(t))
        ]

    def _claim_name(self, definition: dict[str, Any]) -> None:
        """Write the definition into a new study; raise UsageError if an old one has another."""
        stored = self.study.user_attrs.get(DEFINITION)
        if stored is None and not self._trials():
            self.study.set_user_attr(DEFINITION, definition)
        elif stored != definition:
            name, differences = self.study.study_name, _differences(stored or {}, definition)
            raise UsageError(
                f"study {name!r} exists with another definition ({differences}): "
                "give another --name"
            )

    def _trials(self) -> list[FrozenTrial]:
        return self.study.get_trials(deepcopy=False)

    def _orphan(self, trial: FrozenTrial) -> bool:
        """Return whether the driver of a running trial has ended.

        A driver that did not come to sign its trial was killed in the moment between.
        """
        name = trial.user_attrs.get(DRIVER)
        if name is not None:
            return identity.gone(name) is True
        return trial.datetime_start is None or datetime.now() - trial.datetime_start > UNSIGNED

    @property
    def left(self) -> int:
        """How many trials are still to be asked for until the total is reached."""
        existing = sum(map(counts, self._trials()))
        return max(0, self.search.trials - existing) + len(self.again)

    @property
    def finished(self) -> int:
        """How many trials have ended, over all drivers and earlier calls."""
        return sum(counts(t) and t.state.is_finished() for t in self._trials())

    @property
    def elsewhere(self) -> int:
        """How many trials other drivers hold."""
        mine = {trial.number for trial in self.again}
        for trials in self.running.values():
            mine.update(trial.number for trial in trials)
        return sum(t.state == TrialState.RUNNING and t.number not in mine for t in self._trials())

    def ask(self) -> Experiment | None:
        """Return the experiment of a trial that was left running, or else of a new trial."""
        while (experiment := self._resumed() or self._drawn()) is not None:
            if len(self.running[experiment.key]) == 1:
                return experiment
            # Drawn again while it runs: one outcome will answer both trials.
        return None

    def _resumed(self) -> Experiment | None:
        while self.again:
            trial = optuna.Trial(self.study, self.again.pop(0)._trial_id)
            try:
                experiment = self._experiment(value_of(trial.params))
            except KeyError:  # the driver died while it drew the trial
                self.study.tell(trial, state=TrialState.FAIL, skip_if_finished=True)
                continue
            trial.set_user_attr(DRIVER, self.me)
            self.running[experiment.key].append(trial)
            return experiment
        return None

    def _drawn(self) -> Experiment | None:
        trials = self._trials()
        if sum(map(counts, trials)) >= self.search.trials:
            return None
        self.study.sampler = sampler(self.search, len(trials))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            trial = self.study.ask()
            trial.set_user_attr(DRIVER, self.me)
            earlier = [t for t in self._trials() if t.number <= trial.number]
            if sum(map(counts, earlier)) > self.search.trials:
                self.study.tell(trial, state=TrialState.FAIL)  # another driver drew the last one
                return None
            experiment = self._experiment(lambda name, span: suggest(trial, name, span))
        trial.set_user_attr("key", experiment.key)
        self.running[experiment.key].append(trial)
        return experiment

    def _experiment(self, choose: Callable[[str, Range], Any]) -> Experiment:
        return self.resolve(self.search.experiment(self.fixed, choose))

    def tell(self, outcome: Outcome) -> None:
        """End every trial that waits for this experiment: failed for an `error`, else complete."""
        goal = self.search.goal
        for trial in self._ended(outcome.experiment):
            trial.set_user_attr("key", outcome.experiment.key)
            trial.set_user_attr("status", outcome.status)
            trial.set_user_attr("measured", json_safe(reading(outcome, goal.metric)))
            if outcome.status == "error":
                trial.set_user_attr("detail", outcome.detail)
                self.study.tell(trial, state=TrialState.FAIL, skip_if_finished=True)
                continue
            for constraint in self.search.constraints:
                trial.set_constraint(str(constraint), constraint.violation(outcome))
            self.study.tell(trial, goal.value(outcome), skip_if_finished=True)

    def judge(self, experiment: Experiment, progress: Progress) -> bool:
        """Report the mean loss since the last tenth of an epoch; return whether to prune."""
        if self.search.pruner == "none" or progress.stage != "train":
            return False
        losses = self.losses[experiment.key]
        losses.append(progress.loss)
        mark = (progress.epoch - 1) * MARKS + MARKS * progress.done // max(progress.total, 1)
        trial = self.running[experiment.key][0]
        if mark == 0 or mark in self.reported[experiment.key]:
            return False
        self.reported[experiment.key].add(mark)
        mean = sum(losses) / len(losses)
        self.losses[experiment.key] = []
        worst = limit("train_loss")
        value = min(mean, worst) if math.isfinite(mean) else worst
        trial.report(-value if self.search.goal.maximize else value, mark)
        return trial.should_prune()

    def stopped(self, experiment: Experiment, progress: Progress) -> None:
        """End the trials of the experiment as pruned."""
        for trial in self._ended(experiment):
            trial.set_user_attr("status", "pruned")
            trial.set_user_attr(
                "detail",
                f"stopped at {progress.done} of {progress.total} images, epoch {progress.epoch}",
            )
            self.study.tell(trial, state=TrialState.PRUNED, skip_if_finished=True)

    def withdraw(self, experiment: Experiment) -> None:
        """Leave its trials running under the name of this driver.

        The next driver sees that this one has ended, and goes on with them.
        """
        self._ended(experiment)

    def lost(self, experiment: Experiment, reason: str) -> bool:
        """Ask for its trials again, unless the experiment has taken down `TRIES` workers."""
        self.deaths[experiment.key] += 1
        if self.deaths[experiment.key] >= TRIES:
            return False
        frozen = {t.number: t for t in self._trials()}
        self.again += [frozen[trial.number] for trial in self._ended(experiment)]
        return True

    def _ended(self, experiment: Experiment) -> list[optuna.Trial]:
        """Return the trials of an experiment that does not run any more, and forget its reports."""
        self.losses.pop(experiment.key, None)
        self.reported.pop(experiment.key, None)
        return self.running.pop(experiment.key, [])


def _differences(stored: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    differences = []
    for key in sorted({*stored, *wanted}):
        there, here = stored.get(key), wanted.get(key)
        if there != here:
            differences.append(f"{key}: {there} there, {here} here")
    return "; ".join(differences)


def counts(trial: FrozenTrial) -> bool:
    """Return whether a trial is one of the total.

    All are, except those that were given up before they were measured.
    """
    return trial.state != TrialState.FAIL or trial.user_attrs.get("status") == "error"


def suggest(trial: optuna.Trial, name: str, span: Range) -> Any:
    """Return the value that the trial's sampler proposes for a field with this range."""
    if isinstance(span, Choices):
        return trial.suggest_categorical(name, span.values)
    if span.integer:
        return trial.suggest_int(name, int(span.low), int(span.high), log=span.log)
    return trial.suggest_float(name, span.low, span.high, log=span.log)
