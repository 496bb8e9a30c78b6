"""The one way to say lists, for every command with Experiment flags.

`--blocks 5,10`, `--blocks 5 --blocks 10` and `--seed 0..4` mean several values; `plans.axes` has
the grammar.
"""

from typing import Any

from resweep.cli.flags import Fields
from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.plans import axes, sweep_file
from resweep.plans.sweep_file import Definition

MOST = 1_000_000  # experiments of one command; a sweep has --max-cells


def values(fields: Fields) -> dict[str, list[Any]]:
    """The values of each flag that was given. Raises UsageError as `axes.values` does."""
    return {name: axes.values(name, texts, listed=True) for name, texts in fields.items()}


def definition(fields: Fields) -> Definition:
    """The grid of the flags: those with one value are fixed, all others are axes."""
    fixed, grid = {}, {}
    for name, listed in values(fields).items():
        if len(listed) == 1:
            fixed[name] = listed[0]
        else:
            grid[name] = listed
    document = {"fixed": fixed, "grid": [grid] if grid else []}
    return sweep_file.define(document, recipe=fields.recipe)


def experiments(fields: Fields) -> list[Experiment]:
    """The experiments of all combinations, the last flag varying fastest, each once."""
    return definition(fields).experiments(MOST)


def seeds(count: int | None, listed: list[Any] | None, default: int = 3) -> list[int]:
    """The seeds that `--seeds N` (0 .. N-1) or `--seed LIST` means, never both."""
    if listed is None:
        return list(range(count or default))
    if count is not None:
        raise UsageError(f"--seed and --seeds {count} both say which seeds: drop one of them")
    return listed
