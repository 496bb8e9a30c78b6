"""A study by its name: made with what defines it, found again only by the same definition."""

import warnings
from collections.abc import Mapping
from typing import Any

import optuna

from resweep.errors import UsageError
from resweep.plans.search import Search
from resweep.plans.study_samplers import pruner

DEFINITION = "resweep"  # the user attribute of a study that holds what defines it


def named(
    name: str,
    definition: dict[str, Any],
    search: Search,
    epochs: int,
    store: optuna.storages.BaseStorage,
) -> optuna.Study:
    """Return the study `name`, new or as it is stored.

    `epochs` is the most that a trial trains. Raises UsageError if the stored study has another
    definition.
    """
    study = optuna.create_study(
        study_name=name,
        storage=store,
        direction="maximize" if search.goal.maximize else "minimize",
        # Trials are drawn elsewhere, see `study_draw`; this sampler writes nothing.
        sampler=optuna.samplers.RandomSampler(),
        pruner=pruner(search, epochs),
        load_if_exists=True,
    )
    _claim(study, definition)
    if study.metric_names is None:  # optuna-dashboard shows "Objective 0" without
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            study.set_metric_names([search.goal.metric])
    return study


def _claim(study: optuna.Study, definition: dict[str, Any]) -> None:
    """Write the definition into a new study; raise UsageError if an old one has another."""
    stored = study.user_attrs.get(DEFINITION)
    if stored is None and not study.get_trials(deepcopy=False):
        study.set_user_attr(DEFINITION, definition)
    elif stored != definition:
        differences = _differences(stored or {}, definition)
        raise UsageError(
            f"study {study.study_name!r} exists with another definition ({differences}): "
            "give another --name, or the --recipe that it was begun with"
        )


def _differences(stored: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    differences = []
    for key in sorted({*stored, *wanted}):
        there, here = stored.get(key), wanted.get(key)
        if there != here:
            differences.append(f"{key}: {there} there, {here} here")
    return "; ".join(differences)
