"""Recipes: named presets of the fields that say how a network is read out, fed and trained.

`completed` fills in what a user left open, from the recipe that he named or from `DEFAULT`. What he
set himself always stands. Keys of runs know nothing of recipes: they leave out the defaults of
`Experiment`, which are those of `pooled` and never change, whatever `DEFAULT` is.
"""

from collections.abc import Collection, Mapping
from typing import Any

from resweep import registry
from resweep.experiment import OF_BUILT_IN, TRAINING, Experiment
from resweep.networks import BUILT_IN
from resweep.plans.effect import untrained

RECIPES: dict[str, dict[str, Any]] = {
    # What a user of Keras had in 2017 without asking for more: Flatten and Dense with Glorot's
    # variance, biases, pixels over 255, Adam and batches of 32. Chosen before any result of it was
    # looked at; docs/recipe.md has the reasons and says what was known.
    "paper": {
        "head": "flatten",
        "head_init": "glorot",
        "conv_bias": True,
        "pixels": "unit",
        "batch_size": 32,
        "optimizer": "adam",
        "lr": 1e-3,
    },
    "pooled": {},
    "flattened": {"head": "flatten"},
    # He et al. 2015 (arXiv 1512.03385, Sec. 4.2), without their steps of the rate.
    "he-2015": {
        "augment": "flip-crop",
        "optimizer": "sgd",
        "momentum": 0.9,
        "weight_decay": 1e-4,
        "lr": 0.1,
    },
}
DEFAULT = "flattened"
EARLIER = "pooled"  # the default when sweeps were stored without the name of their recipe
OF_OPTIMIZER = ("lr", "momentum", "weight_decay")


def completed(
    recipe: str | None, fields: Mapping[str, Any], also: Collection[str] = ()
) -> dict[str, Any]:
    """Return `fields` with those that the recipe adds; None stands for `DEFAULT`.

    A network that is not built in keeps its own draws where no scheme is set, and what a recipe
    says of the built-in network is left out. `also` are names of fields that will be set later, and
    are left open. Rate, momentum and decay
    belong to the recipe's optimizer: where another one is set they are left open too, and where
    there is no training, everything that only training reads.

    Raises UsageError for a recipe that is not known.
    """
    named = DEFAULT if recipe is None else recipe
    name = registry.check("recipe", named, tuple(RECIPES))
    theirs = {*fields, *also}
    if "optimizer" in also or fields.get("optimizer", _of(name)) != _of(name):
        theirs |= set(OF_OPTIMIZER)
    if untrained(fields):
        theirs |= set(TRAINING)
    preset = RECIPES[name]
    if fields.get("network", BUILT_IN) != BUILT_IN or "network" in also:
        theirs |= set(OF_BUILT_IN)
        preset = {"scheme": "own", **preset}
    added = {field: value for field, value in preset.items() if field not in theirs}
    return {**added, **fields}


def default(field: str, recipe: str | None = None) -> Any:
    """Return what a field is where nobody sets it."""
    return RECIPES[recipe or DEFAULT].get(field, Experiment.model_fields[field].default)


def _of(name: str) -> Any:
    return default("optimizer", name)
