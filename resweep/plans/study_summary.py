"""What a study has found so far: its trials, the best of them, and how much each field matters."""

import warnings
from collections import Counter
from importlib.util import find_spec
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState

from resweep import registry
from resweep.errors import MissingError, UsageError
from resweep.plans.study_name import DEFINITION
from resweep.plans.trials import Evaluator, Summary, Trial


def summarize(study: optuna.Study, evaluator: Evaluator = "ped-anova") -> Summary:
    """Return the summary of a study.

    Raises MissingError if the evaluator is fanova and scikit-learn is not installed.
    """
    trials = [read(t) for t in study.get_trials(deepcopy=False)]
    definition = study.user_attrs.get(DEFINITION, {})
    return Summary(
        name=study.study_name,
        metric=definition.get("objective", "value"),
        direction=study.direction.name.lower(),
        definition=definition,
        states=dict(Counter(t.state for t in trials)),
        statuses=dict(Counter(t.status for t in trials if t.status)),
        best=best(study),
        importance=importance(study, evaluator),
        evaluator=evaluator,
        trials=tuple(trials),
    )


def load(name: str, storage: optuna.storages.BaseStorage) -> optuna.Study:
    """Return the study called `name`.

    Raises UsageError with the nearest name, or the list of all, if there is none.
    """
    registry.check("study", name, sorted(optuna.get_all_study_names(storage)))
    return optuna.load_study(study_name=name, storage=storage)


def definition(study: optuna.Study) -> dict[str, Any]:
    """Return what defines a study: the keys of its search, the `fixed` fields and the `data`.

    Raises UsageError for a study that resweep did not make.
    """
    if DEFINITION not in study.user_attrs:
        raise UsageError(f"study {study.study_name!r} was not made by resweep: give another --name")
    return dict(study.user_attrs[DEFINITION])


def read(trial: FrozenTrial) -> Trial:
    """Return the record of one of Optuna's trials."""
    return Trial(
        number=trial.number,
        state=trial.state.name.lower(),
        status=trial.user_attrs.get("status", ""),
        value=trial.value,
        params=trial.params,
        key=trial.user_attrs.get("key"),
        feasible=all(v <= 0 for v in trial.constraints.values()),
    )


def best(study: optuna.Study) -> Trial | None:
    """Return the best complete trial that satisfies the constraints, None if there is none."""
    try:
        return read(study.best_trial)
    except ValueError:  # none complete, or none feasible
        return None


def importance(study: optuna.Study, evaluator: Evaluator) -> dict[str, float]:
    """Return the share of each searched field in the variation of the value; the shares sum to 1.

    - ped-anova (Watanabe, Bansal, Hutter 2023) asks what distinguishes the better trials from all.
    - fanova (Hutter, Hoos, Leyton-Brown 2014) asks how much of the variance in a random forest each
      field explains; it needs scikit-learn.

    There are no shares before two trials are complete. Raises MissingError if scikit-learn is
    needed and not installed.
    """
    if evaluator == "fanova" and find_spec("sklearn") is None:
        raise MissingError(
            "fanova needs scikit-learn: pip install scikit-learn, or ask for ped-anova"
        )
    if len(study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))) < 2:
        return {}
    kinds = optuna.importance
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        judge = (
            kinds.PedAnovaImportanceEvaluator()
            if evaluator == "ped-anova"
            else kinds.FanovaImportanceEvaluator()
        )
        return kinds.get_param_importances(study, evaluator=judge)
