"""A sweep as a TOML file: fixed fields, and one or several grids whose axes are multiplied out.

[fixed]                      # Experiment fields that every cell shares
blocks = 20

[[grid]]                     # all combinations of its axes; several grids are run one after the other
c = [0.5, 1.0, 2.0]
seed = [0, 1]
"""

import tomllib
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from resweep import registry
from resweep.errors import MissingError, UsageError
from resweep.experiment import FIELDS, Experiment

TABLES = ("fixed", "grid")


def read(path: Path) -> list[Experiment]:
    """The experiments of a sweep file, in order, the last axis of a grid varying fastest.

    Raises MissingError where the file cannot be read, UsageError with file and key for anything it should not say.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MissingError(
            f"cannot read {path}: {error.strerror}; name a sweep file such as sweeps/smoke.toml"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not TOML: {error}") from None
    try:
        return list(cells(document))
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from None


def cells(document: dict[str, Any]) -> Iterator[Experiment]:
    for table in document:
        registry.check("table", table, TABLES)
    fixed, grids = document.get("fixed", {}), document.get("grid", [{}])
    if not isinstance(fixed, dict) or not isinstance(grids, list):
        raise UsageError("write [fixed] once and [[grid]] (in double brackets) for each grid")
    for name, value in fixed.items():
        if isinstance(value, list):
            raise UsageError(f"fixed.{name} is a list: an axis belongs in a [[grid]] table")
    for number, grid in enumerate(grids, 1):
        axes = {name: axis(f"grid {number}, {name}", value) for name, value in grid.items()}
        for name in {**fixed, **axes}:
            registry.check("field", name, FIELDS)
        for name in axes:
            if name in fixed:
                raise UsageError(f"{name} is both fixed and an axis of grid {number}: keep one of them")
        for values in product(*axes.values()):
            yield Experiment.parse(**fixed, **dict(zip(axes, values, strict=True)))


def axis(where: str, value: Any) -> list[Any]:
    values = value if isinstance(value, list) else [value]
    if not values:
        raise UsageError(f"{where} is an empty list: give it at least one value")
    return values
