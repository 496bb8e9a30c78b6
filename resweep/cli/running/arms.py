"""From the arms and flags of `compare` and `boundary` to experiments."""

import re
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from resweep.arms import Arm, parse
from resweep.cli.flags import Fields
from resweep.cli.running import lists
from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.networks import BUILT_IN
from resweep.plans import recipes
from resweep.scheme_pages import uses

BETWEEN = re.compile(r",(?![^,:]*=)")  # the comma between two arms


def named(texts: Sequence[str]) -> list[Arm]:
    """The arms that the texts name, `he,bn` being two; raises UsageError where one is named twice.

    A comma parts two arms unless FIELD=VALUE follows it, as in `he:blocks=3,lr=1`.
    """
    parts = [part.strip() for text in texts for part in BETWEEN.split(text)]
    return distinct([parse(part) for part in parts if part])


def distinct(arms: list[Arm]) -> list[Arm]:
    """The arms themselves; raises UsageError where one is named twice."""
    labels = [arm.label for arm in arms]
    for label in labels:
        if labels.count(label) > 1:
            raise UsageError(f"arm {label!r} is named twice: name each arm once")
    return arms


def refuse_overridden(common: Mapping[str, Any], arms: Sequence[Arm]) -> None:
    """Raise UsageError for a flag that the arms decide, so that it would have no effect.

    These are block and scheme, a field that all of them set, and a `c` that none of them reads.
    """
    for name in common:
        setting = sum(name in arm.fields for arm in arms)
        if setting and name in ("block", "scheme"):
            raise UsageError(f"{name} is what the arms differ in: drop --{name}")
        if setting == len(arms):
            raise UsageError(f"{name} has no effect, every arm sets it: drop --{name}")
    if "c" in common:
        refuse_unread_c(common, arms)


def refuse_unread_c(common: Mapping[str, Any], arms: Sequence[Arm]) -> None:
    """Raise UsageError where `c` is set and no arm reads it."""
    if not any("c" in uses(scheme_of(arm, common)) for arm in arms):
        raise UsageError(
            "c has no effect on any of these arms: drop it, or add the arm depth-scaled"
        )


def shared(fields: Fields, arms: Sequence[Arm]) -> dict[str, list[Any]]:
    """The values of the flags that hold for every arm, without seeds.

    Raises UsageError for several datasets and as `refuse_overridden`.
    """
    listed = lists.values(fields)
    listed.pop("seed", None)
    if len(listed.get("dataset", ())) > 1:
        raise UsageError("results of different datasets are not compared: give one --dataset")
    refuse_overridden(listed, arms)
    return listed


def everywhere(
    arms: Sequence[Arm], listed: Mapping[str, list[Any]], seeds: Sequence[int], recipe: str | None
) -> list[tuple[str, list[Experiment]]]:
    """Every arm at every combination of the values, with an experiment for each seed.

    Combinations that are the same for an arm, since its scheme does not read what differs, are one.
    """
    found = []
    for values in product(*listed.values()):
        common = dict(zip(listed, values, strict=True))
        for arm in arms:
            found.append((arm.label, [experiment(arm, common, seed, recipe) for seed in seeds]))
    return list({tuple(of_arm): (label, of_arm) for label, of_arm in found}.values())


def scheme_of(arm: Arm, common: Mapping[str, Any]) -> str:
    """The scheme that the arm has, or else the flags, or else the default."""
    default: str = Experiment.model_fields["scheme"].default
    return str(arm.fields.get("scheme", common.get("scheme", default)))


def experiment(
    arm: Arm, common: Mapping[str, Any], seed: int, recipe: str | None = None
) -> Experiment:
    """The arm's experiment; a common c is left out where the arm's scheme does not read it.

    What neither the arm nor the flags set comes from the recipe.
    """
    if common.get("network", BUILT_IN) != BUILT_IN:
        arm = arm.of_modules()
    fields = {**common, **arm.fields, "seed": seed}
    if "c" not in arm.fields and "c" not in uses(scheme_of(arm, {})):
        fields.pop("c", None)
    return Experiment.parse(**recipes.completed(recipe, fields))
