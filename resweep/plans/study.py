"""Study: Optuna proposes the experiments of a search, and is told what came of them.

Optuna's own storage keeps the trials, one an experiment, so that `optuna-dashboard` shows them while they come; the
measurements themselves are ordinary runs of the store, found again by their key.
"""

import math
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState

from resweep import identity
from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.outcome import Outcome, Progress, json_safe
from resweep.plans import Plan
from resweep.plans.objective import limit, reading
from resweep.plans.search import Choices, Range, Search
from resweep.plans.study_samplers import MARKS, pruner, sampler

DEFINITION, DRIVER = "resweep", "driver"
UNSIGNED = timedelta(
    seconds=1
)  # a driver signs its trial some milliseconds after Optuna has made it
TRIES = 3  # how often one experiment may take its worker down

optuna.logging.set_verbosity(optuna.logging.ERROR)


def storage(url: str, *, create: bool) -> optuna.storages.RDBStorage:
    """Optuna's tables at `url`; `create` makes them. Several drivers may open a fresh database at once."""
    wait = {"connect_args": {"timeout": 30}} if url.startswith("sqlite") else {}
    for attempt in range(5):
        try:
            return optuna.storages.RDBStorage(url, wait, skip_table_creation=not create)
        except Exception:  # another driver was creating the same tables
            if attempt == 4:
                raise
            time.sleep(0.2 * 2**attempt)
    raise AssertionError


class Study(Plan):
    """Asks Optuna for experiments until `search.trials` trials are there, counted over all drivers and resumptions.

    A trial that a dead driver left running is asked for again under its own number, first of all: where its experiment
    is in the store, the loop answers from there. A trial of status `error` is a failed one; every other status is a
    value (see `resweep.plans.objective`). Pruners see the running training loss, negated where the objective is
    maximized, at each tenth of an epoch.

    Raises UsageError where the name belongs to a study of another definition.
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
                f"pruner {search.pruner} watches training and there is none: set epochs, or pruner none"
            )
        sampler(search, 0)
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
        """A study is what it was defined to be: under its name only that goes on."""
        known = self.study.user_attrs.get(DEFINITION)
        if known is None and not self.study.get_trials(deepcopy=False):
            self.study.set_user_attr(DEFINITION, definition)
        elif known != definition:
            known = known or {}
            differ = sorted(k for k in known | definition if known.get(k) != definition.get(k))
            told = "; ".join(f"{k}: {known.get(k)} there, {definition.get(k)} here" for k in differ)
            name = self.study.study_name
            raise UsageError(
                f"study {name!r} exists with another definition ({told}): give another --name"
            )

    def _trials(self) -> list[FrozenTrial]:
        return self.study.get_trials(deepcopy=False)

    def _orphan(self, trial: FrozenTrial) -> bool:
        """Whether its driver is dead; one that did not come to sign its trial was killed in the moment between."""
        name = trial.user_attrs.get(DRIVER)
        if name is not None:
            return identity.gone(name) is True
        return trial.datetime_start is None or datetime.now() - trial.datetime_start > UNSIGNED

    @property
    def left(self) -> int:
        """How many trials are still to come to the total."""
        return max(0, self.search.trials - sum(map(counts, self._trials()))) + len(self.again)

    @property
    def finished(self) -> int:
        """How many trials have ended, over all drivers and resumptions."""
        return sum(counts(t) and t.state.is_finished() for t in self._trials())

    @property
    def elsewhere(self) -> int:
        """How many trials other drivers hold."""
        mine = {t.number for trials in self.running.values() for t in trials} | {
            t.number for t in self.again
        }
        return sum(t.state == TrialState.RUNNING and t.number not in mine for t in self._trials())

    def ask(self) -> Experiment | None:
        while (experiment := self._resumed() or self._drawn()) is not None:
            if len(self.running[experiment.key]) == 1:
                return experiment
            # drawn twice while it runs: one outcome answers both trials
        return None

    def _resumed(self) -> Experiment | None:
        while self.again:
            trial = optuna.Trial(self.study, self.again.pop(0)._trial_id)
            try:
                experiment = self._experiment(partial(drawn, trial.params))
            except KeyError:  # the driver died while it was being drawn
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
            if (
                sum(counts(t) for t in self._trials() if t.number <= trial.number)
                > self.search.trials
            ):
                self.study.tell(trial, state=TrialState.FAIL)  # another driver drew the last one
                return None
            experiment = self._experiment(lambda name, span: suggest(trial, name, span))
        trial.set_user_attr("key", experiment.key)
        self.running[experiment.key].append(trial)
        return experiment

    def _experiment(self, choose: Callable[[str, Range], Any]) -> Experiment:
        return self.resolve(self.search.experiment(self.fixed, choose))

    def tell(self, outcome: Outcome) -> None:
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
        for trial in self._ended(experiment):
            trial.set_user_attr("status", "pruned")
            trial.set_user_attr(
                "detail",
                f"stopped at {progress.done} of {progress.total} images, epoch {progress.epoch}",
            )
            self.study.tell(trial, state=TrialState.PRUNED, skip_if_finished=True)

    def withdraw(self, experiment: Experiment) -> None:
        """Its trials stay RUNNING under this driver's name: the next driver, seeing it dead, goes on with them."""
        self._ended(experiment)

    def lost(self, experiment: Experiment, reason: str) -> bool:
        self.deaths[experiment.key] += 1
        if self.deaths[experiment.key] >= TRIES:
            return False
        frozen = {t.number: t for t in self._trials()}
        self.again += [frozen[trial.number] for trial in self._ended(experiment)]
        return True

    def _ended(self, experiment: Experiment) -> list[optuna.Trial]:
        self.losses.pop(experiment.key, None)
        self.reported.pop(experiment.key, None)
        return self.running.pop(experiment.key, [])


def counts(trial: FrozenTrial) -> bool:
    """Whether a trial is one of the total: all but those that were given up before they were measured."""
    return trial.state != TrialState.FAIL or trial.user_attrs.get("status") == "error"


def drawn(params: Mapping[str, Any], name: str, _: Range) -> Any:
    return params[name]


def suggest(trial: optuna.Trial, name: str, span: Range) -> Any:
    if isinstance(span, Choices):
        return trial.suggest_categorical(name, span.values)
    if span.integer:
        return trial.suggest_int(name, int(span.low), int(span.high), log=span.log)
    return trial.suggest_float(name, span.low, span.high, log=span.log)
