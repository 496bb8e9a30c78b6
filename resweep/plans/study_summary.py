"""What a study has found so far: counts, the best trial, and how much each field matters."""

import warnings
from collections import Counter
from importlib.util import find_spec

import optuna
from optuna.trial import FrozenTrial, TrialState

from resweep.errors import MissingError, UsageError
from resweep.plans.study import DEFINITION
from resweep.plans.trials import Evaluator, Summary, Trial


def summarize(study: optuna.Study, evaluator: Evaluator = "ped-anova") -> Summary:
    """Read a study; raises MissingError where fanova lacks scikit-learn."""
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
    """An existing study; raises UsageError that lists the names there are."""
    names = sorted(optuna.get_all_study_names(storage))
    if name not in names:
        raise UsageError(f"no study {name!r} in this store: there are {', '.join(names) or 'none'}")
    return optuna.load_study(study_name=name, storage=storage)


def read(trial: FrozenTrial) -> Trial:
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
    try:
        return read(study.best_trial)
    except ValueError:  # none complete, or none feasible
        return None


def importance(study: optuna.Study, evaluator: Evaluator) -> dict[str, float]:
    """Share of each field in the variation of the value.

    ped-anova (Watanabe, Bansal, Hutter 2023): what distinguishes the better trials from all; needs numpy alone.
    fanova (Hutter, Hoos, Leyton-Brown 2014): variance explained in a random forest; needs scikit-learn.
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
