"""Draws the fields of a trial, so that a draw which was cut off is repeated and not replaced.

A trial gets its number and its driver's name in one transaction, before anything is drawn. It is
then drawn in a copy of the study in memory, which holds the earlier trials, and written. Since the
draw follows from the earlier trials and the number, a driver that is killed in between leaves
nothing, or a part of what the same draw gives again.
"""

import warnings
from collections.abc import Mapping
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState

from resweep.plans.search import Choices, Range, Search
from resweep.plans.study_samplers import sampler

FIXED = "fixed_params"  # where Optuna keeps the parameters of a trial that somebody enqueued


def reserve(study: optuna.Study, signature: Mapping[str, Any]) -> int:
    """Begin a trial that carries `signature` and nothing drawn yet; return its id.

    A trial that somebody enqueued, with optuna-dashboard say, comes first.
    """
    storage = study._storage
    for waiting in study.get_trials(deepcopy=False, states=(TrialState.WAITING,)):
        if storage.set_trial_state_values(waiting._trial_id, TrialState.RUNNING):
            for key, value in signature.items():
                storage.set_trial_user_attr(waiting._trial_id, key, value)
            return waiting._trial_id
    template = optuna.trial.create_trial(state=TrialState.RUNNING, user_attrs=dict(signature))
    return storage.create_new_trial(study._study_id, template_trial=template)


def draw(
    study: optuna.Study, search: Search, fixed: Mapping[str, Any], trial_id: int
) -> dict[str, Any]:
    """Draw the parameters of a trial and write those that it lacks; return all of them.

    If the trial has some already, from a draw that was cut off, they are kept.
    """
    storage = study._storage
    trial = storage.get_trial(trial_id)
    given = trial.system_attrs.get(FIXED, {})
    drawn = _in_memory(study, search, fixed, trial.number, given)
    if any(drawn.params.get(name) != value for name, value in trial.params.items()):
        # Other drivers have finished earlier trials since: draw the rest beside what is there.
        drawn = _in_memory(study, search, fixed, trial.number, given | trial.params)
    for key, value in drawn.system_attrs.items():
        if key != FIXED:
            storage.set_trial_system_attr(trial_id, key, value)
    for name, distribution in drawn.distributions.items():
        if name not in trial.params:
            internal = distribution.to_internal_repr(drawn.params[name])
            storage.set_trial_param(trial_id, name, internal, distribution)
    return drawn.params


def _in_memory(
    study: optuna.Study,
    search: Search,
    fixed: Mapping[str, Any],
    number: int,
    given: Mapping[str, Any],
) -> FrozenTrial:
    """Return trial `number` as it is drawn after the trials before it, some parameters given."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        copy = optuna.create_study(
            study_name=study.study_name,
            direction=study.direction,
            sampler=sampler(search, number),
            pruner=study.pruner,
            storage=optuna.storages.InMemoryStorage(),
        )
        for earlier in study.get_trials(deepcopy=False)[:number]:
            copy.add_trial(earlier)
        if given:
            copy.enqueue_trial(dict(given))
        trial = copy.ask()
        search.point(fixed, lambda name, span: _suggested(trial, name, span))
    return copy.get_trials(deepcopy=False)[number]


def _suggested(trial: optuna.Trial, name: str, span: Range) -> Any:
    """Return the value that the trial's sampler proposes for a field with this range."""
    if isinstance(span, Choices):
        return trial.suggest_categorical(name, span.values)
    if span.integer:
        return trial.suggest_int(name, int(span.low), int(span.high), log=span.log)
    return trial.suggest_float(name, span.low, span.high, log=span.log)
